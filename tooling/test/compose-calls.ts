import type { ComposeEvent } from '@moorage/runtime-core'
import { expect, it } from 'vitest'
import { deadlineMs, ids, type ComposeUnderTest } from './compose-project.ts'

/** Calls on one project at the same time, or right after an abort. */
export function composeCallsTakeTurns(at: ComposeUnderTest, image: string): void {
  it('bring it up at once end with the same containers', { timeout: deadlineMs }, async () => {
    const [one = [], other = []] = await Promise.all([at.up(), at.up()])
    expect(ids(one)).toEqual(ids(other))
    expect(ids(await at.runtime.composePs(at.project))).toEqual(ids(one))
  })

  // What was begun and not told yet when the abort comes is what a down could miss.
  it.each(['Network', 'Container', 'Started'])(
    'an up is aborted when it first tells of “%s”, and a down finds everything',
    { timeout: deadlineMs },
    async (word) => {
      const several = ['a', 'b', 'c', 'd'].map(
        (service) =>
          `  ${service}: { image: ${image}, command: sleep 1000, stop_grace_period: 0s, networks: [front, back] }\n`,
      )
      await at.write(
        'compose.yaml',
        `name: ${at.name}\nservices:\n${several.join('')}networks: { front: {}, back: {} }\n`,
      )
      const controller = new AbortController()
      const reason = new Error('enough')
      const onEvent = ({ text }: ComposeEvent): void => {
        if (text.includes(word)) controller.abort(reason)
      }
      await expect(at.runtime.composeUp(at.project, { signal: controller.signal, onEvent })).rejects.toBe(reason)
      await at.runtime.composeDown({ projectName: at.name }, { timeoutMs: 0 })
      expect((await at.leftOf()).slice(0, 2)).toEqual([0, 0])
    },
  )
}
