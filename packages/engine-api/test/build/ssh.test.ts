import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { metadataOf } from '../../src/build/metadata.ts'
import { bytesOf, fieldsOf, loadWire, messageOf } from '../../src/build/messages.ts'
import { checkAgent, forwardAgent } from '../../src/build/services/ssh.ts'

const wire = await loadWire()

async function* sending(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, undefined> {
  for (const piece of pieces) yield messageOf(wire, { 1: piece })
}

/** An engine that asks nothing and does not leave. */
async function* waiting(): AsyncGenerator<Uint8Array, undefined> {
  yield messageOf(wire, { 1: Buffer.from('x') })
  await new Promise(() => undefined)
}

describe('an agent of ours', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(`${tmpdir()}/moorage-agent-`)
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function forward(
    accept: ((socket: Socket) => void) | undefined,
    messages: AsyncIterable<Uint8Array>,
    id = 'default',
  ): Promise<Uint8Array> {
    const agentSocket = `${folder}/agent`
    const server = createServer({ allowHalfOpen: true }, accept)
    if (accept !== undefined) await new Promise<void>((resolve) => server.listen(agentSocket, resolve))
    const answers: Uint8Array[] = []
    const call = {
      metadata: metadataOf(['buildkit.ssh.id', id]),
      messages,
      send: async (message: Uint8Array) => void answers.push(bytesOf(fieldsOf(wire, message), 1)),
    }
    try {
      await forwardAgent(wire, { default: { agentSocket } })(call)
      return Buffer.concat(answers)
    } finally {
      server.close()
    }
  }

  it('is asked and answers, as much as it may be', async () => {
    const piece = Buffer.alloc(100_000, 'a')
    const answer = await forward((socket) => socket.pipe(socket), sending(...Array.from({ length: 20 }, () => piece)))
    expect(answer.byteLength).toBe(20 * piece.byteLength)
  })

  it('that leaves ends the call, although the engine stays', async () => {
    const answer = await forward((socket) => socket.end('bye'), waiting())
    expect(Buffer.from(answer).toString()).toBe('bye')
  })

  it('that is not there fails the call, although the engine stays', async () => {
    await expect(forward(undefined, waiting())).rejects.toThrow(/ENOENT/)
  })

  it('is known by its name', async () => {
    await expect(forward(undefined, waiting(), 'other')).rejects.toMatchObject({ code: 5 })
    const check = checkAgent(wire, { default: { agentSocket: '' } })
    const call = (id: string) => ({ metadata: metadataOf([]), messages: asked(id), send: async () => undefined })
    await check(call(''))
    await expect(check(call('other'))).rejects.toMatchObject({ code: 5 })
  })
})

async function* asked(id: string): AsyncGenerator<Uint8Array, undefined> {
  yield messageOf(wire, { 1: id })
}
