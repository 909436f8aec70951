/** Text that may be put between tags and into quoted attributes as it is. */
export type Html = { readonly html: string }

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Made by this program, or escaped already. */
export const trusted = (html: string): Html => ({ html })

const textOf = (part: Html | readonly Html[] | string | number): string => {
  if (Array.isArray(part)) return part.map(textOf).join('')
  if (typeof part === 'object') return (part as Html).html
  return String(part).replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!)
}

/** A template in which everything put in is escaped, but for HTML that was made by the same way. */
export const html = (
  strings: TemplateStringsArray,
  ...parts: readonly (Html | readonly Html[] | string | number)[]
): Html =>
  trusted(strings.reduce((made, text, index) => made + textOf(parts[index - 1] ?? '') + text))
