import { createFakeRuntime, type Program } from '@moorage/runtime-fake'
import { expect, it } from 'vitest'

/** Writes more than waits for a reader. */
const chatty: Program = async ({ stdout }) => {
  for (let lines = 0; lines < 500; lines += 1) await stdout('line\n')
  return 0
}

it.each(['aborted', 'left by return()', 'left by disposal'])(
  'an attachment that was %s unread does not hold its container up',
  async (how) => {
    await using runtime = createFakeRuntime({ images: { 'app:1': { programs: { chatty } } } })
    const { id } = await runtime.createContainer({ image: 'app:1', command: ['chatty'] })
    const controller = new AbortController()
    const attachment = await runtime.attachContainer(id, { signal: controller.signal })
    if (how === 'aborted') {
      controller.abort('enough')
      await attachment.ended.catch((reason: unknown) => expect(reason).toBe('enough'))
    } else if (how === 'left by return()') await attachment.output.return()
    else await attachment.output[Symbol.asyncDispose]()
    await runtime.startContainer(id)
    expect((await runtime.waitContainer(id)).exitCode).toBe(0)
  },
)
