import { pipeline, type Duplex } from 'node:stream'

/** Passes on what comes on either side, its end included; a side that fails takes the other one with it. */
export function join(one: Duplex, other: Duplex): void {
  const fail = (error: unknown): void => {
    if (!error) return
    one.destroy()
    other.destroy()
  }
  pipeline(one, other, fail)
  pipeline(other, one, fail)
}
