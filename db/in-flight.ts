/** Connections of a pool: how many there may be, how many work, and how many queries wait for one. */
export type PoolState = { size: number; inUse: number; waiting: number }

type Method = (...parameters: unknown[]) => Promise<unknown>

/** Neither driver tells how busy it is, so this counts the queries and transactions that are not settled yet. */
export const createInFlightCounter = (size: number) => {
  let inFlight = 0
  const settled = () => {
    inFlight -= 1
  }
  const counted =
    (method: Method): Method =>
    (...parameters) => {
      const query = method(...parameters)
      inFlight += 1
      // Promise's own `then`: that of postgres.js would send the query before Drizzle has set its options.
      void Promise.prototype.then.call(query, settled, settled)
      return query
    }
  return {
    /** The client, with these methods counted. What it calls on itself is not. */
    track: <Client extends object>(client: Client, methods: (keyof Client)[]): Client => {
      const tracked = new Map<string | symbol | number, Method>(
        methods.map((name) => [name, counted((client[name] as Method).bind(client))]),
      )
      return new Proxy(client, {
        get: (target, property) => {
          const value: unknown = tracked.get(property) ?? Reflect.get(target, property, target)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    },
    pool: (): PoolState => ({
      size,
      inUse: Math.min(inFlight, size),
      waiting: Math.max(0, inFlight - size),
    }),
  }
}
