import { tagOf } from '#platform/runtime/model-card.ts'
import { DeliveryError } from './delivery-error.ts'
import type { TrafficTarget } from './kubernetes-objects.ts'

/** The annotation of a Knative Service that holds its traffic before the last change, as JSON. */
export const PREVIOUS_TRAFFIC = 'inlet.dev/previous-traffic'

/** What a Service's traffic is and was: each change below makes the next of these. */
export type TrafficState = {
  readonly traffic: readonly TrafficTarget[]
  /** Null before the first change. */
  readonly previous: readonly TrafficTarget[] | null
}

/** Percent by tag. */
export type Shares = ReadonlyMap<string, number>

const VERSION_TAG = /^v(\d+)-(\d+)-(\d+)$/

const list = (tags: readonly string[]): string =>
  tags.length === 0 ? 'none yet: make deploy sets them' : tags.join(', ')

/** `1.0.0` and `v1-0-0` both name the tag `v1-0-0`. */
const toTag = (name: string): string => (/^\d+\.\d+\.\d+$/.test(name) ? tagOf(name) : name)

/** The tags of a Service, in the order of its traffic. */
export const tagsOf = (traffic: readonly TrafficTarget[]): string[] =>
  traffic.flatMap(({ tag }) => (tag === undefined ? [] : [tag]))

/** Reads `v1-0-0=90,v2-0-0=10`. Throws DeliveryError for junk, an unknown tag, or a sum that is not 100. */
export const parseShares = (text: string, tags: readonly string[]): Shares => {
  const shares = new Map<string, number>()
  for (const part of text.split(',')) {
    const [, name, digits] = /^\s*([^\s=]+)\s*=\s*(\d{1,3})%?\s*$/.exec(part) ?? []
    if (name === undefined || digits === undefined) {
      throw new DeliveryError(
        `"${part.trim()}" is not a share: write TAG=PERCENT in whole numbers, such as v1-0-0=90,v2-0-0=10`,
      )
    }
    const tag = toTag(name)
    if (!tags.includes(tag)) throw new DeliveryError(`There is no tag ${tag}; tags: ${list(tags)}`)
    if (shares.has(tag)) throw new DeliveryError(`${tag} is named twice`)
    shares.set(tag, Number(digits))
  }
  const sum = [...shares.values()].reduce((total, percent) => total + percent, 0)
  if (sum !== 100) throw new DeliveryError(`The shares must sum to 100, these sum to ${sum}`)
  return shares
}

/** Knative's spelling of one target, with the fields that its webhook fills in: an equal plan changes nothing. */
const target = (tag: string | undefined, of: TrafficTarget, percent: number): TrafficTarget => ({
  ...(tag !== undefined && { tag }),
  ...(of.latestRevision === true
    ? { latestRevision: true }
    : { revisionName: of.revisionName ?? '', latestRevision: false }),
  percent,
})

const normal = (one: TrafficTarget): TrafficTarget => target(one.tag, one, one.percent ?? 0)
const keyOf = ({ tag, revisionName, latestRevision }: TrafficTarget): string =>
  JSON.stringify([tag ?? null, latestRevision === true ? null : revisionName])

/** Entries that stay keep their places and new ones follow, as `kn` does it. */
const arrange = (
  from: readonly TrafficTarget[],
  to: readonly TrafficTarget[],
): readonly TrafficTarget[] => {
  const wanted = new Map(
    to
      .map(normal)
      .filter(({ tag, percent }) => tag !== undefined || percent !== 0)
      .map((one) => [keyOf(one), one]),
  )
  const staying = from.flatMap((one) => wanted.get(keyOf(one)) ?? [])
  return [...new Set([...staying, ...wanted.values()])]
}

/** Whether two traffics send the same shares to the same revisions under the same tags. */
export const isSameTraffic = (
  one: readonly TrafficTarget[],
  other: readonly TrafficTarget[],
): boolean => {
  const text = (traffic: readonly TrafficTarget[]): string =>
    JSON.stringify(traffic.map(normal).toSorted((a, b) => keyOf(a).localeCompare(keyOf(b))))
  return text(one) === text(other)
}

/** The state after a change; the same state when nothing would change, so that `previous` stays of use. */
export const change = (state: TrafficState, to: readonly TrafficTarget[]): TrafficState =>
  isSameTraffic(state.traffic, to)
    ? state
    : { traffic: arrange(state.traffic, to), previous: state.traffic.map(normal) }

/** Gives each named tag its share, every other entry none. */
export const split = (state: TrafficState, shares: Shares): TrafficState =>
  change(
    state,
    state.traffic.map((one) => target(one.tag, one, shares.get(one.tag ?? '') ?? 0)),
  )

const versionNumbers = (tag: string): number[] => VERSION_TAG.exec(tag)?.slice(1).map(Number) ?? []

const newerFirst = (one: string, other: string): number => {
  const [a, b] = [versionNumbers(one), versionNumbers(other)]
  return b[0]! - a[0]! || b[1]! - a[1]! || b[2]! - a[2]!
}

/** Gives everything to one version: the one named, or the newest that has a share. Throws DeliveryError. */
export const promote = (state: TrafficState, version: string | null): TrafficState => {
  const tags = tagsOf(state.traffic)
  if (version !== null) return split(state, parseShares(`${version}=100`, tags))
  const [newest] = state.traffic
    .filter(({ tag = '', percent = 0 }) => VERSION_TAG.test(tag) && percent > 0)
    .map(({ tag }) => tag!)
    .toSorted(newerFirst)
  if (newest === undefined) {
    throw new DeliveryError(`No tagged version has a share; name one of these tags: ${list(tags)}`)
  }
  return split(state, new Map([[newest, 100]]))
}

/** Goes back to the traffic before the last change, and may itself be taken back. Throws DeliveryError. */
export const rollback = (state: TrafficState): TrafficState => {
  if (state.previous === null) {
    throw new DeliveryError('There is nothing to go back to: the traffic has not been changed yet')
  }
  return change(state, state.previous)
}

/**
 * The traffic once each version of the code has its revision: tags move and keep their shares, a new
 * version starts without one, the first deploy gives all to the default version. Tags of versions that
 * the card no longer has go, unless they have a share.
 */
export const moveTags = (
  state: TrafficState,
  revisions: ReadonlyMap<string, string>,
  defaultVersion: string,
): TrafficState => {
  const byTag = new Map([...revisions].map(([version, name]) => [tagOf(version), name]))
  const isFirst = !state.traffic.some(({ tag }) => VERSION_TAG.test(tag ?? ''))
  const shareOf = (tag: string): number => {
    if (isFirst) return tag === tagOf(defaultVersion) ? 100 : 0
    return state.traffic.find((one) => one.tag === tag)?.percent ?? 0
  }
  const others = state.traffic.filter(({ tag = '', percent = 0 }) => {
    if (byTag.has(tag)) return false
    return isFirst ? tag !== '' : percent > 0 || !VERSION_TAG.test(tag)
  })
  const next = [
    ...others.map((one) => (isFirst ? target(one.tag, one, 0) : one)),
    ...[...byTag].map(([tag, revisionName]) => target(tag, { revisionName }, shareOf(tag))),
  ]
  if (!isFirst) return change(state, next)
  // Before the first tags there was nothing that a person could want back.
  return { traffic: arrange(state.traffic, next), previous: state.previous }
}
