import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { TransportError } from '../../src/transport/errors.ts'
import { jsonMessages, JsonLinesDecoder } from '../../src/transport/ndjson.ts'
import { rejection } from './scripted-server.ts'

async function* chunksOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, undefined> {
  yield* chunks
}

async function messagesOf(...chunks: readonly Uint8Array[]): Promise<unknown[]> {
  const messages: unknown[] = []
  for await (const message of jsonMessages(chunksOf(...chunks))) messages.push(message)
  return messages
}

describe('jsonMessages', () => {
  it('is the same wherever the network cuts it', async () => {
    const whole = Buffer.from('{"status":"é🚢"}\r\n\n[1,null]\nnull\n{"last":"ünd"}')
    const expected = [{ status: 'é🚢' }, [1, null], null, { last: 'ünd' }]
    for (let cut = 0; cut <= whole.length; cut += 1) {
      expect(await messagesOf(whole.subarray(0, cut), whole.subarray(cut))).toEqual(expected)
    }
    expect(await messagesOf(...[...whole].map((byte) => Uint8Array.of(byte)))).toEqual(expected)
  })

  it('has nothing to say of an empty stream', async () => {
    expect(await messagesOf()).toEqual([])
    expect(await messagesOf(Buffer.from('\r\n'))).toEqual([])
  })

  it('reports what is not JSON, without quoting it and after the messages before it', async () => {
    const messages = jsonMessages(chunksOf(Buffer.from('{"a":1}\n<html>502 Bad Gateway</html>\n')))
    expect(await messages.next()).toEqual({ done: false, value: { a: 1 } })
    const error = await rejection(messages.next())
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({ kind: 'protocol' })
    expect(error).toHaveProperty('message', expect.stringContaining('HTML'))
    expect(inspect(error, { showHidden: true })).not.toContain('Bad Gateway')
  })

  it('reports a last line that was cut', async () => {
    expect(await rejection(messagesOf(Buffer.from('{"a":')))).toMatchObject({ kind: 'protocol' })
  })

  it('joins a long line once, however many chunks it comes in', async () => {
    const text = 'x'.repeat(8 * 1024 * 1024)
    const whole = Buffer.from(`${JSON.stringify({ text })}\n`)
    const chunks: Uint8Array[] = []
    for (let at = 0; at < whole.length; at += 1024) chunks.push(whole.subarray(at, at + 1024))
    const [message] = await messagesOf(...chunks)
    expect(message).toEqual({ text })
  })

  it('ends a line that never ends', () => {
    const decoder = new JsonLinesDecoder()
    const chunk = Buffer.alloc(1024 * 1024, 0x20)
    expect(() => {
      for (let count = 0; count < 100; count += 1) decoder.push(chunk, () => {})
    }).toThrow(/more than/)
  })
})
