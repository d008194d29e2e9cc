import { describe, expect, it } from 'vitest'
import { closed, frame, UPGRADED } from '../transport/scripted-server.ts'
import { runningContainer, scriptEngine, sendJson, type Answer } from '../scripted-engine.ts'
import type { Socket } from 'node:net'

const id = 'c'.repeat(64)

/** `GET /containers/{id}/json` of a run that is over from the second question on. */
function exitingAs(after: object): (request: unknown, response: Parameters<typeof sendJson>[0]) => void {
  let asked = 0
  return (_request, response) => {
    asked += 1
    const json = runningContainer() as { readonly State: object }
    sendJson(response, asked === 1 ? json : { ...json, State: { ...json.State, ...after } })
  }
}

describe('an attachment that was made just as its container exited', () => {
  it.each([
    ['has exited', { Status: 'exited', ExitCode: 7 }],
    ['was made anew, as Podman does', { Status: 'created', StartedAt: '0001-01-01T00:00:00Z' }],
    ['runs again', { StartedAt: '2026-01-01T00:00:09Z' }],
  ])('ends with what there is, though the engine keeps it open: one that %s', async (_what, after) => {
    let connection: Socket | undefined
    const answer = exitingAs(after)
    const answers = { 'GET /containers/web/json': answer, [`GET /containers/${id}/json`]: answer }
    await using engine = await scriptEngine(answers, (socket) => {
      connection = socket
      socket.write(Buffer.concat([Buffer.from(UPGRADED), frame(1, 'bye')]))
    })
    const attachment = await engine.adapter.attachContainer?.('web')
    let text = ''
    for await (const { bytes } of attachment?.output ?? []) text += Buffer.from(bytes).toString()
    expect(text).toBe('bye')
    if (connection !== undefined) await closed(connection)
  })
})

describe('an attachment whose connection ends while its container runs', () => {
  const answers = { 'GET /containers/web/json': runningContainer(), [`GET /containers/${id}/json`]: runningContainer() }
  const processes = { [`GET /containers/${id}/top`]: { Titles: ['PID', 'STAT'], Processes: [['7', 'S']] } }
  const piece = Buffer.concat([Buffer.from(UPGRADED), frame(1, 'half')])

  it.each([
    ['in an orderly way', (socket: Socket) => socket.end(piece), processes],
    ['in an orderly way, with processes that are not listed', (socket: Socket) => socket.end(piece), {}],
    ['within a frame', (socket: Socket) => socket.end(piece.subarray(0, -2)), processes],
    ['by being destroyed', (socket: Socket) => socket.write(piece, () => socket.destroy()), processes],
  ])('rejects its output and `ended` with CONNECTION_LOST: %s', async (_how, cut, more) => {
    await using engine = await scriptEngine({ ...answers, ...more }, cut)
    const attachment = await engine.adapter.attachContainer?.('web')
    let text = ''
    const read = async (): Promise<void> => {
      for await (const { bytes } of attachment?.output ?? []) text += Buffer.from(bytes).toString()
    }
    await expect(read()).rejects.toMatchObject({ code: 'CONNECTION_LOST', operation: 'attachContainer' })
    expect('half'.startsWith(text) && text !== '').toBe(true)
    await expect(attachment?.ended).rejects.toMatchObject({ code: 'CONNECTION_LOST', operation: 'attachContainer' })
  })

  it('rejects `ended` though the output is not read, and leaves nothing unhandled where neither is', async () => {
    await using engine = await scriptEngine({ ...answers, ...processes }, (socket) => socket.end(piece))
    const attachment = await engine.adapter.attachContainer?.('web')
    await expect(attachment?.ended).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    const unread = await engine.adapter.attachContainer?.('web')
    await unread?.[Symbol.asyncDispose]()
    expect(await unread?.ended).toEqual({ type: 'detached' })
  })

  it('rejects `ended` with PROTOCOL_ERROR where the engine answers something else about the container', async () => {
    let asked = 0
    const answer: Answer = (_request, response) => {
      asked += 1
      sendJson(response, asked === 1 ? runningContainer() : [])
    }
    const inspect = { 'GET /containers/web/json': answer, [`GET /containers/${id}/json`]: answer }
    await using engine = await scriptEngine(inspect, (socket) => socket.write(piece))
    const attachment = await engine.adapter.attachContainer?.('web')
    await expect(attachment?.ended).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' })
    await attachment?.[Symbol.asyncDispose]()
  })
})
