import type { Reader, Writer } from 'protobufjs/minimal.js'
import { TransportError } from '../transport/errors.ts'

/** The reading and writing of protocol buffers, loaded when a build begins. */
export interface Wire {
  readonly reader: (bytes: Uint8Array) => Reader
  readonly writer: () => Writer
}

export async function loadWire(): Promise<Wire> {
  const { default: protobuf } = await import('protobufjs/minimal.js')
  return { reader: (bytes) => protobuf.Reader.create(bytes), writer: () => protobuf.Writer.create() }
}

const fieldShift = 3
const lengthDelimited = 2

/** One field of a message: numbers as they are, everything else as bytes. */
export interface Field {
  readonly number: number
  readonly bytes: Uint8Array
  readonly value: number
}

/** The fields of a message in their order; those of another kind are skipped. Throws a TransportError for what is no message. */
export function fieldsOf(wire: Wire, message: Uint8Array): readonly Field[] {
  try {
    return readFields(wire, message)
  } catch (cause) {
    throw new TransportError('protocol', 'the engine sent a malformed message about a build', { cause })
  }
}

function readFields(wire: Wire, message: Uint8Array): readonly Field[] {
  const reader = wire.reader(message)
  const fields: Field[] = []
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    const number = tag >>> fieldShift
    const type = tag & 7
    if (type === lengthDelimited) fields.push({ number, bytes: reader.bytes(), value: 0 })
    else if (type === 0) fields.push({ number, bytes: new Uint8Array(0), value: Number(reader.int64()) })
    else reader.skipType(type)
  }
  return fields
}

export function textOf(fields: readonly Field[], number: number): string {
  const found = fields.find((field) => field.number === number)
  return found === undefined ? '' : Buffer.from(found.bytes).toString('utf8')
}

export function numberOf(fields: readonly Field[], number: number): number {
  return fields.find((field) => field.number === number)?.value ?? 0
}

export function bytesOf(fields: readonly Field[], number: number): Uint8Array {
  return fields.find((field) => field.number === number)?.bytes ?? new Uint8Array(0)
}

/** What can stand in a field: text and bytes, and numbers of up to 64 bits. */
export type FieldValue = string | Uint8Array | number

/** A message of these fields; empty ones and zeros are left out, as protocol buffers do. */
export function messageOf(wire: Wire, fields: Readonly<Record<number, FieldValue | undefined>>): Uint8Array {
  const writer = wire.writer()
  for (const [key, value] of Object.entries(fields)) {
    const number = Number(key)
    if (typeof value === 'string') {
      if (value !== '') writer.uint32((number << fieldShift) | lengthDelimited).string(value)
    } else if (typeof value === 'number') {
      if (value !== 0) writer.uint32(number << fieldShift).int64(value)
    } else if (value !== undefined) writer.uint32((number << fieldShift) | lengthDelimited).bytes(value)
  }
  return writer.finish()
}
