import { describe, expect, it } from 'vitest'
import { closed, frame, UPGRADED } from '../transport/scripted-server.ts'
import { runningContainer, scriptEngine, sendJson } from '../scripted-engine.ts'
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
