import type { Page } from 'playwright-core'

/** Pixels by which the page is wider than its window. */
export const overflow = (page: Page) =>
  page.evaluate<number>('document.scrollingElement.scrollWidth - innerWidth')
/** The chosen model's part of the playground. */
export const panel = (page: Page) => page.locator('.panel:visible')
export const tab = (page: Page, name: string) => page.getByRole('tab', { name })
export const label = (page: Page) => panel(page).locator('.answer-label')
/** What stands beside a word such as Version under an answer. */
export const fact = (page: Page, name: string) =>
  panel(page).locator('.facts > div').filter({ hasText: name }).locator('dd')
/** Rows of the log that arrived while the page was open. */
export const newRows = (page: Page) => page.locator('#latest-rows .is-new')

export const askSentiment = async (page: Page, text: string): Promise<void> => {
  await page.getByLabel('A sentence or two').fill(text)
  await page.getByRole('button', { name: 'Read the tone' }).click()
}

/** Draws on the sheet, in its cells. */
export const draw = async (
  page: Page,
  points: readonly (readonly [number, number])[],
): Promise<void> => {
  const sheet = page.getByRole('grid', { name: 'Sheet' })
  await sheet.scrollIntoViewIfNeeded()
  const { x, y, width } = (await sheet.boundingBox())!
  const [first, ...others] = points.map(
    ([column, row]) => [x + (column * width) / 8, y + (row * width) / 8] as const,
  )
  await page.mouse.move(...first!)
  await page.mouse.down()
  for (const point of others) await page.mouse.move(...point, { steps: 4 })
  await page.mouse.up()
}
/** The digit 3 in the upper left of the sheet. */
export const SMALL_THREE = [
  [0.6, 1.2],
  [1.1, 0.7],
  [1.9, 0.9],
  [2.1, 1.6],
  [1.3, 2.2],
  [2.1, 2.7],
  [2.2, 3.5],
  [1.4, 4.1],
  [0.5, 3.7],
] as const

/** Asks a model what its form holds from the start. */
export const answer = async (page: Page, name: string): Promise<void> => {
  await tab(page, name).click()
  if (name === 'digits') await draw(page, SMALL_THREE)
  else if (name === 'iris') await page.getByLabel('Sepal width').press('ArrowLeft')
  else await panel(page).locator('button[type=submit]').click()
  await label(page).waitFor()
}
