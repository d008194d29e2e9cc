import { tarHeader } from '@moorage/build-context'
import { createRuntime, defineCapabilities, type Runtime } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { runningContainer, scriptEngine, type Answer } from '../scripted-engine.ts'

const path = '/data'
const bodyBytes = 20 * 1024 * 1024
const deadlineMs = 60_000
const headOf = (sizeBytes: number): Uint8Array => tarHeader({ name: 'data', type: 'file', mode: 0o644, sizeBytes })
const head = headOf(bodyBytes)

/** An engine whose container has one file, of which this archive comes. */
async function withFile<T>(archive: Answer, use: (runtime: Runtime) => Promise<T>): Promise<T> {
  const stat = Buffer.from(JSON.stringify({ name: 'data', size: bodyBytes, mode: 0o644, mtime: '' })).toString('base64')
  await using engine = await scriptEngine({
    'GET /containers/web/json': runningContainer(),
    'HEAD /containers/web/archive': (_, response) => {
      response.setHeader('x-docker-container-path-stat', stat)
      response.end()
    },
    'GET /containers/web/archive': archive,
  })
  const runtime = createRuntime({ ...engine.adapter, capabilities: defineCapabilities({ archives: true }) })
  try {
    return await use(runtime)
  } finally {
    await runtime.close()
  }
}

const answers =
  (...pieces: readonly Uint8Array[]): Answer =>
  (_, response) => {
    for (const piece of pieces) response.write(piece)
    response.end()
  }

/** Sends pieces for as long as they are taken. */
const endless =
  (first: Uint8Array, piece: Uint8Array): Answer =>
  (_, response) => {
    const more = (): void => {
      if (response.destroyed) return
      if (response.write(piece)) setImmediate(more)
      else response.once('drain', more)
    }
    response.write(first)
    more()
  }

const zeros = new Uint8Array(64 * 1024)

describe('readFile', () => {
  it('rejects once, wherever the connection is cut', { timeout: deadlineMs }, async () => {
    const body = Buffer.concat([head, Buffer.alloc(bodyBytes)])
    for (let point = 0; point < 20; point += 1) {
      const sentBytes = Math.max(500 + point, Math.floor((bodyBytes * point) / 20))
      const cut: Answer = (_, response) => {
        response.write(body.subarray(0, sentBytes), () => response.socket?.destroy())
      }
      const reading = withFile(cut, (runtime) => runtime.readFile('web', path, { maxBytes: 1e9 }))
      await expect(reading).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    }
  })

  it.each<readonly [what: string, archive: Answer, code: string]>([
    ['no archive', answers(Buffer.from('<html>'.repeat(200))), 'PROTOCOL_ERROR'],
    ['no entry', answers(new Uint8Array(1024)), 'PROTOCOL_ERROR'],
    ['nothing', answers(), 'PROTOCOL_ERROR'],
    ['a cut archive', answers(headOf(500), new Uint8Array(100)), 'PROTOCOL_ERROR'],
    ['a directory', answers(tarHeader({ name: 'data/', type: 'directory', mode: 0o755 })), 'INVALID_ARGUMENT'],
    ['a PAX header without an end', endless(longMetadata('x'), zeros), 'PROTOCOL_ERROR'],
    ['a long name without an end', endless(longMetadata('L'), zeros), 'PROTOCOL_ERROR'],
    ['a file without an end', endless(head, zeros), 'OUTPUT_LIMIT'],
    ['blocks of zeros without an end', endless(zeros, zeros), 'PROTOCOL_ERROR'],
  ])('rejects where the engine answers %s', async (_, archive, code) => {
    const reading = withFile(archive, (runtime) => runtime.readFile('web', path, { maxBytes: 1000 }))
    await expect(reading).rejects.toMatchObject({ code })
  })

  it('reads a file behind which the engine goes on for ever', async () => {
    const archive = endless(Buffer.concat([headOf(4), Buffer.from('text')]), zeros)
    const content = await withFile(archive, (runtime) => runtime.readFile('web', path, { maxBytes: 1000 }))
    expect(Buffer.from(content).toString()).toBe('text')
  })
})

/** The header of metadata of 4 GiB. */
function longMetadata(type: 'x' | 'L'): Uint8Array {
  const block = Buffer.from(tarHeader({ name: 'metadata', type: 'file', mode: 0o644, sizeBytes: 4 * 1024 ** 3 }))
  block.write(`        ${type}`, 148, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}
