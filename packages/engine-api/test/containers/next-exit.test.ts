import { describe, expect, it } from 'vitest'
import { runningContainer, scriptEngine, sendJson, type ScriptedEngine } from '../scripted-engine.ts'

const id = 'c'.repeat(64)

/** An engine that tells no event, and from the third look at the container on answers so. */
async function silent(answer: { readonly status: number; readonly body: object }): Promise<ScriptedEngine> {
  let looks = 0
  return scriptEngine(
    {
      [`GET /containers/${id}/json`]: (_, response) => {
        looks += 1
        if (looks < 3) sendJson(response, runningContainer())
        else sendJson(response, answer.body, answer.status)
      },
      'GET /events': (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.flushHeaders()
      },
    },
    undefined,
    { waitsByLooking: true },
  )
}

describe('the next exit, when its event is missed', () => {
  it('is seen at the container', async () => {
    const State = { Status: 'exited', ExitCode: 3, FinishedAt: '2026-01-01T00:00:09Z' }
    await using engine = await silent({ status: 200, body: { ...runningContainer(), State } })
    expect(await engine.adapter.waitContainer(id, { condition: 'next-exit' })).toEqual({ exitCode: 3 })
  })

  it('is waited for no longer when the container is gone', async () => {
    await using engine = await silent({ status: 404, body: { message: 'no such container' } })
    const waiting = engine.adapter.waitContainer(id, { condition: 'next-exit' })
    await expect(waiting).rejects.toMatchObject({ code: 'CONTAINER_NOT_FOUND' })
  })
})
