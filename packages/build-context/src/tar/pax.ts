import { TarFault } from './fault.ts'

/** One record of a PAX header. Values are bytes, one per character. */
export interface PaxRecord {
  readonly key: string
  readonly value: string
  /** Where the value is within the header's content. */
  readonly valueOffset: number
}

/** Records whose values unpacking programs read as C strings. */
const textual = new Set(['path', 'linkpath', 'uname', 'gname'])

/** The records of a PAX header, `LENGTH KEY=VALUE\n` one after the other. */
export function readPax(content: Uint8Array): readonly PaxRecord[] {
  const text = Buffer.from(content).toString('latin1')
  const records: PaxRecord[] = []
  let start = 0
  while (start < text.length) {
    const blank = text.indexOf(' ', start)
    const length = blank === -1 ? '' : text.slice(start, blank)
    const end = /^\d{1,10}$/.test(length) ? start + Number(length) : Number.NaN
    const equals = text.indexOf('=', blank)
    if (!(end <= text.length) || equals === -1 || equals >= end || text[end - 1] !== '\n') throw malformed()
    const record = {
      key: text.slice(blank + 1, equals),
      value: text.slice(equals + 1, end - 1),
      valueOffset: equals + 1,
    }
    if (record.key === '' || (textual.has(record.key) ? record.value : record.key).includes('\0')) throw malformed()
    records.push(record)
    start = end
  }
  return records
}

function malformed(): TarFault {
  return new TarFault('a PAX header is malformed')
}

/** The last value of each key; an empty one leaves what the header itself states. */
export function paxValues(records: readonly PaxRecord[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const { key, value } of records) values.set(key, value)
  for (const [key, value] of values) if (value === '') values.delete(key)
  return values
}
