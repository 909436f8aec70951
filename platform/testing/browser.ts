import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, expect } from 'vitest'

/** A machine without a display or its own updates; nothing may call home. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Milliseconds; a step that takes longer has failed. */
const PATIENCE = 60_000

/** Chromium logs every answer of 400 and above; the pages show those of the API. */
const REFUSED = /^Failed to load resource/

const watch = (page: Page, origin: string, complaints: string[]): void => {
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    const isLoud = message.type() === 'error' || message.type() === 'warning'
    if (isLoud && !REFUSED.test(message.text())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol !== 'data:' && url.origin !== origin) complaints.push(`asked ${url.origin}`)
  })
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (response.status() >= 400 && !pathname.startsWith('/api/')) {
      complaints.push(`${response.status()} at ${pathname}`)
    }
  })
}

/** A browser for the pages of one server, closed after the file's tests. */
export const startBrowser = async (executablePath: string, port: number) => {
  const origin = `http://localhost:${port}`
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS })
  afterAll(() => browser.close())
  const complaints: string[] = []
  return {
    origin,
    /** A page of its own, without a history; `prepare` runs before it loads. */
    open: async (
      address: string,
      options: BrowserContextOptions = {},
      prepare: (page: Page) => Promise<unknown> = () => Promise.resolve(),
    ): Promise<Page> => {
      const page = await (await browser.newContext(options)).newPage()
      page.setDefaultTimeout(PATIENCE)
      watch(page, origin, complaints)
      await prepare(page)
      await page.goto(origin + address)
      return page
    },
    /** Closes all pages; none may have met an error, the content policy or another host. */
    closePages: async (): Promise<void> => {
      await Promise.all(browser.contexts().map((context) => context.close()))
      expect(complaints.splice(0)).toEqual([])
    },
  }
}
