import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import axe from 'axe-core'
import { afterEach, describe, expect, test } from 'vitest'
import { startBrowser } from '../testing/browser.ts'
import { CHROMIUM, needs } from '../testing/needs.ts'
import {
  answer,
  askSentiment,
  draw,
  fact,
  label,
  newRows,
  overflow,
  panel,
  SMALL_THREE,
  tab,
} from '../testing/playground-page.ts'
import { startTestServer } from '../testing/server.ts'

const chromium = needs('playground', 'Chromium', CHROMIUM)
const TABS = ['sentiment', 'summarize', 'iris', 'digits']
const ARTICLE =
  'The harbour froze in January.\nFishing boats stayed in for six weeks, and prices doubled.\n\n' +
  "The council's icebreaker was sold in 2009. Now it wants to rent one. Nobody knows who pays."
const HOSTILE = '<img src=x onerror="document.title=1"> The <b>boat</b> was slow & late.'

const WIDTHS = [360, 768, 1600]

describe.skipIf(chromium === null)('the playground', async () => {
  if (chromium === null) return
  const server = await startTestServer()
  const { open, closePages } = await startBrowser(chromium, server.port)
  const logged = async (id: string | null) =>
    (await server.call({ path: `/api/v1/predictions/${id}` })).json
  afterEach(closePages)

  describe('each model', () => {
    test('sentiment: a sentence, read by the version that is chosen', async () => {
      const page = await open('/')
      await askSentiment(page, 'What a wonderful evening, we loved every minute.')
      await expect.poll(() => label(page).textContent()).toBe('positive')
      expect(await fact(page, 'Version').textContent()).toBe('2.0.0')
      expect(await fact(page, 'Took').textContent()).toMatch(/^\d+(\.\d+)? ms$/)
      const confidence = panel(page).getByRole('meter', { name: 'Confidence' })
      const shown = Number(await confidence.getAttribute('aria-valuenow'))
      const first = await logged(await fact(page, 'Prediction').textContent())
      expect(shown).toBeCloseTo((first['confidence'] as number) * 100, 1)
      expect(await confidence.textContent()).toContain(`${shown.toFixed(1)} %`)

      await page.getByRole('radio', { name: '1.0.0' }).check()
      await expect.poll(() => fact(page, 'Version').textContent()).toBe('1.0.0')
      expect(await logged(await fact(page, 'Prediction').textContent())).toMatchObject({
        version: '1.0.0',
        input: first['input'],
      })
    })

    test('summarize: the chosen sentences are marked in the text, with their scores', async () => {
      const page = await open('/#summarize')
      await page.getByLabel('An article').fill(ARTICLE)
      await page.getByLabel('Sentences to keep').fill('2')
      await page.getByRole('button', { name: 'Choose the sentences' }).click()
      await expect.poll(() => label(page).textContent()).toBe('2 sentences kept')
      const { result } = await logged(await fact(page, 'Prediction').textContent())
      const { sentences } = result as { sentences: { text: string; score: number }[] }
      const marks = await page.locator('.marked-text mark').allTextContents()
      expect(marks).toEqual(sentences.map(({ text, score }) => text + score.toFixed(2)))
      const whole = await page.locator('.marked-text').textContent()
      expect(whole?.replaceAll(/\d\.\d\d(?!\d)/g, '')).toBe(ARTICLE)
    })

    test('iris: the answer follows the sliders, one request at a time', async () => {
      const page = await open('/#iris')
      let asking = 0
      let most = 0
      page.on('request', (request) => {
        if (request.method() === 'POST') most = Math.max(most, (asking += 1))
      })
      page.on('requestfinished', (request) => {
        if (request.method() === 'POST') asking -= 1
      })
      await page.getByLabel('Petal length').focus()
      for (let step = 0; step < 30; step++) await page.keyboard.press('ArrowRight')
      await page.getByLabel('Petal length').press('End')
      await page.getByLabel('Petal width').press('End')
      await expect.poll(() => label(page).textContent()).toBe('virginica')
      expect(most).toBe(1)
      await expect
        .poll(async () => (await logged(await fact(page, 'Prediction').textContent()))['input'])
        .toEqual({ features: [[5.1, 3.5, 7, 2.5]] })
      const shares = await panel(page).getByRole('meter', { name: 'virginica' }).textContent()
      expect(shares).toMatch(/virginica\d+\.\d %/)
    })

    test('digits: a small one in a corner fills the image that is sent', async () => {
      const page = await open('/#digits')
      await draw(page, SMALL_THREE)
      await expect.poll(() => label(page).textContent()).toBe('3')
      expect(await panel(page).locator('.narrow').getByRole('meter').count()).toBe(10)
      const { input } = await logged(await fact(page, 'Prediction').textContent())
      const { image } = input as { image: number[][] }
      expect(Math.max(...image[0]!)).toBeGreaterThan(8)
      expect(Math.max(...image[7]!)).toBeGreaterThan(8)
      await page.getByRole('button', { name: 'Clear' }).click()
      expect(await label(page).isVisible()).toBe(false)
      expect(await page.locator('.pen polyline').count()).toBe(0)
    })

    test('a model without a form of its own is asked in JSON', async () => {
      const page = await open('/', {}, (fresh) =>
        fresh.route('**/api/v1/models', async (route) => {
          const response = await route.fetch()
          const { models } = (await response.json()) as { models: { name: string }[] }
          const model = models.find(({ name }) => name === 'sentiment')
          await route.fulfill({ json: { models: [{ ...model, name: 'sentiment-analysis' }] } })
        }),
      )
      const field = page.getByLabel('Input, as JSON')
      expect(JSON.parse(await field.inputValue())).toHaveProperty('text')
      await page.getByRole('button', { name: 'Predict' }).click()
      await expect.poll(() => page.locator('.result-json').textContent()).toContain('"label"')
      await field.fill('{"text":')
      await page.getByRole('button', { name: 'Predict' }).click()
      await expect.poll(() => page.locator('.problems').textContent()).toMatch(/^input is not JSON/)
    })
  })

  describe('by keyboard alone', () => {
    test('tabs move with the arrows, Home and End, and outlive a reload', async () => {
      const page = await open('/')
      await tab(page, 'sentiment').focus()
      const chosen = () => page.locator('[role=tab][aria-selected=true] .tab-title').textContent()
      for (const [key, expected] of [
        ['ArrowRight', 'summarize'],
        ['ArrowDown', 'iris'],
        ['End', 'digits'],
        ['ArrowRight', 'sentiment'],
        ['ArrowLeft', 'digits'],
        ['Home', 'sentiment'],
        ['ArrowUp', 'digits'],
      ] as const) {
        await page.keyboard.press(key)
        expect(await chosen()).toBe(expected)
        expect(await page.locator(':focus .tab-title').textContent()).toBe(expected)
      }
      await page.keyboard.press('Tab')
      expect(await page.locator(':focus').getAttribute('role')).toBe('gridcell')
      await page.reload()
      await expect.poll(chosen).toBe('digits')
    })

    test('a digit is drawn, erased and read', async () => {
      const page = await open('/#digits')
      await tab(page, 'digits').focus()
      await page.keyboard.press('Tab')
      for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight')
      for (let row = 0; row < 8; row++) {
        await page.keyboard.press('Space')
        await page.keyboard.press('ArrowDown')
      }
      await expect.poll(() => label(page).textContent()).toBe('1')
      const cell = page.getByRole('gridcell', { name: 'Row 8, column 5' })
      expect(await cell.getAttribute('aria-label')).toMatch(/ink \d+ of 16$/)
      await page.keyboard.press('Space')
      await expect
        .poll(() => page.locator(':focus').getAttribute('aria-label'))
        .not.toContain('16 of')
    })
  })

  describe('the latest predictions', () => {
    test('what the page asks appears at once, what others ask by itself', async () => {
      const page = await open('/')
      await page.locator('#latest-rows tr').first().waitFor()
      expect(await newRows(page).count()).toBe(0)
      await askSentiment(page, 'Dull, and too long.')
      await expect
        .poll(() => newRows(page).locator('.result').allTextContents())
        .toEqual(['negative'])
      const body = { model: 'iris', features: [[6, 3, 5.8, 2.2]] }
      const { json } = await server.call({ path: '/api/v1/predict', body })
      const row = page.locator('#latest-rows tr', { hasText: 'virginica' }).first()
      await expect.poll(() => newRows(page).locator('.model').allTextContents()).toEqual(['iris'])
      expect(await row.getByRole('link').getAttribute('href')).toContain(json['prediction_id'])
      expect(await row.locator('td').allTextContents()).toEqual([
        expect.stringMatching(/^\d\d:\d\d:\d\d$/),
        'iris',
        '1.0.0',
        'virginica',
        `${((json['confidence'] as number) * 100).toFixed(1)} %`,
        expect.stringMatching(/ ms$/),
      ])
    })

    test('are asked for every two seconds, and only while somebody can see them', async () => {
      let asked = 0
      const page = await open('/', {}, async (fresh) => {
        await fresh.clock.install()
        fresh.on('request', (request) => {
          if (request.url().includes('/api/v1/predictions?')) asked += 1
        })
      })
      const show = (state: string) =>
        page.evaluate(
          `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
           document.dispatchEvent(new Event('visibilitychange'))`,
        )
      await expect.poll(() => asked).toBeGreaterThan(0)
      const before = asked
      await page.clock.runFor(2_500)
      await expect.poll(() => asked).toBeGreaterThan(before)
      await show('hidden')
      await page.clock.runFor(2_500)
      const hidden = asked
      await page.clock.runFor(60_000)
      // Whatever the page sent before this would have been counted.
      await page.evaluate(`fetch('/health').then((response) => response.status)`)
      expect(asked).toBe(hidden)
      await show('visible')
      await expect.poll(() => asked).toBeGreaterThan(hidden)
    })
  })

  describe('what goes wrong', () => {
    test('an error of the API names the field and the reason', async () => {
      const page = await open('/')
      await askSentiment(page, '')
      const problem = panel(page).getByRole('alert')
      await expect.poll(() => problem.locator('li').textContent()).toMatch(/^text must/)
      expect(await problem.textContent()).toContain('The input does not fit')
      const field = page.getByLabel('A sentence or two')
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      await askSentiment(page, 'Good.')
      await label(page).waitFor()
      expect(await field.getAttribute('aria-invalid')).toBeNull()
      expect(await problem.isVisible()).toBe(false)
    })

    test('a server that does not answer is said in words, and the page recovers', async () => {
      const page = await open('/')
      await panel(page).waitFor()
      await page.context().setOffline(true)
      await page.getByRole('button', { name: 'Read the tone' }).click()
      const words = 'The server does not answer; is it still running?'
      await expect.poll(() => panel(page).getByRole('alert').textContent()).toContain(words)
      await expect.poll(() => page.locator('#latest-state').textContent()).toBe(words)
      await page.context().setOffline(false)
      await expect.poll(() => page.locator('#latest-state').textContent()).toBe('')
    })

    test('HTML in a text is text', async () => {
      const page = await open('/#summarize')
      await page.getByLabel('An article').fill(HOSTILE)
      await page.getByRole('button', { name: 'Choose the sentences' }).click()
      await expect.poll(() => page.locator('.marked-text').textContent()).toContain(HOSTILE)
      await expect
        .poll(() => newRows(page).locator('.result').textContent())
        .toContain('<img src=x')
      expect(await page.locator('main img, main b').count()).toBe(0)
      expect(await page.title()).toBe('Inlet playground')
    })
  })

  test('the command asks the same in a shell', async () => {
    const page = await open('/', { permissions: ['clipboard-read', 'clipboard-write'] })
    const text = `It's "fine", isn't it? $HOME \`pwd\``
    await askSentiment(page, text)
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const command = await page.evaluate<string>('navigator.clipboard.readText()')
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      command.replace(/^curl/, String.raw`printf '%s\0'`),
    ])
    const [address, , header, , body] = stdout.split('\0')
    expect([address, header]).toEqual([
      `http://localhost:${server.port}/api/v1/predict`,
      'content-type: application/json',
    ])
    expect(JSON.parse(body!)).toEqual({ model: 'sentiment', version: '2.0.0', text })
  })

  test.each(['light', 'dark'] as const)('every model is readable in %s', async (colorScheme) => {
    const page = await open('/', { colorScheme, reducedMotion: 'reduce' })
    await page.evaluate(axe.source)
    const check = async (state: string) => {
      const { violations, passes } = await page.evaluate<axe.AxeResults>('axe.run()')
      expect(passes.map(({ id }) => id)).toContain('color-contrast')
      expect(violations.map(({ id, nodes }) => [state, id, nodes[0]?.html])).toEqual([])
    }
    for (const name of TABS) {
      await answer(page, name)
      await check(name)
    }
    await tab(page, 'sentiment').click()
    await askSentiment(page, ' ')
    await panel(page).getByRole('alert').waitFor()
    await check('an error')
    await tab(page, 'digits').click()
    await page.getByRole('button', { name: 'Clear' }).click()
    await check('no answer')
  })

  test('nothing is wider than the screen, from 360 to 1600 pixels', async () => {
    const page = await open('/')
    await panel(page).waitFor()
    for (const name of TABS) {
      await answer(page, name)
      await page.locator('.panel:visible summary').click()
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 })
        expect(await overflow(page), `${name} at ${width}`).toBeLessThanOrEqual(0)
      }
    }
  })

  test('nothing moves for who asked for less motion', async () => {
    const page = await open('/', { reducedMotion: 'reduce' })
    await answer(page, 'sentiment')
    const motion = `getComputedStyle(document.querySelector('.bar-fill')).transitionDuration`
    expect(await page.evaluate(motion)).toBe('0s')
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    expect(await page.evaluate(motion)).not.toBe('0s')
  })

  test('the API reference shows every operation', async () => {
    const page = await open('/docs', { colorScheme: 'dark' })
    await page.locator('.opblock').first().waitFor()
    const { json } = await server.call({ path: '/openapi.json' })
    const operations = Object.entries(json['paths'] as Record<string, object>).flatMap(
      ([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const shown = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.opblock-summary')].map((summary) =>
        ['method', 'path']
          .map((part) => summary.querySelector('.opblock-summary-' + part).textContent)
          .join(' ').replaceAll('\\u200b', ''))`,
    )
    expect(shown.toSorted()).toEqual(operations.toSorted())
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 })
      expect(await overflow(page)).toBeLessThanOrEqual(0)
    }
  })
})
