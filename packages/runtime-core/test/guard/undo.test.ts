import { describe, expect, test } from 'vitest'
import type { CreatedContainer, CreatedNetwork, CreatedVolume } from '@moorage/runtime-core'
import { deferred, rejection, turn } from '../deferred.ts'
import { record } from '../recording-adapter.ts'

const container: CreatedContainer = { id: 'made', name: 'box', warnings: [] }
const network = (created: boolean): CreatedNetwork => ({ id: 'made', name: 'net', created })
const volume = (created: boolean): CreatedVolume => ({ name: 'data', created })

describe('an aborted createContainer', () => {
  test('rejects at once, lets the request finish and removes what it made', async () => {
    const answer = deferred<CreatedContainer>()
    const { runtime, reached, call } = record({ answers: { createContainer: () => answer.promise } })
    const controller = new AbortController()
    const create = runtime.createContainer({ image: 'tools' }, { signal: controller.signal })
    await turn()
    controller.abort('enough')
    expect(await rejection(create)).toBe('enough')
    expect(call('createContainer').signal.aborted).toBe(false)
    expect(reached()).toEqual(['createContainer'])
    answer.resolve(container)
    await turn()
    const { args, signal } = call('removeContainer')
    expect(args).toEqual(['made', { force: true, removeVolumes: true, missing: 'ignore', signal }])
    expect(signal.aborted).toBe(false)
  })

  test('whose request fails after all has nothing to remove', async () => {
    const answer = deferred<CreatedContainer>()
    const { runtime, reached } = record({ answers: { createContainer: () => answer.promise } })
    const controller = new AbortController()
    const create = runtime.createContainer({ image: 'tools' }, { signal: controller.signal })
    await turn()
    controller.abort('enough')
    await rejection(create)
    answer.reject(new Error('no such image'))
    await runtime.close()
    expect(reached()).toEqual(['createContainer', 'close'])
  })

  test('is undone before close() ends', async () => {
    const answer = deferred<CreatedContainer>()
    const removal = deferred()
    const { runtime, reached } = record({
      answers: { createContainer: () => answer.promise, removeContainer: () => removal.promise },
    })
    const controller = new AbortController()
    const create = runtime.createContainer({ image: 'tools' }, { signal: controller.signal })
    await turn()
    controller.abort('enough')
    await rejection(create)
    let closed = false
    const close = runtime.close().then(() => {
      closed = true
    })
    await turn()
    expect(closed).toBe(false)
    answer.resolve(container)
    await turn()
    expect(reached()).toEqual(['createContainer', 'removeContainer'])
    expect(closed).toBe(false)
    removal.resolve()
    await close
    expect(reached()).toEqual(['createContainer', 'removeContainer', 'close'])
  })

  test('is undone also when close() is what ended it', async () => {
    const answer = deferred<CreatedContainer>()
    const { runtime, reached } = record({ answers: { createContainer: () => answer.promise } })
    const create = rejection(runtime.createContainer({ image: 'tools' }))
    await turn()
    const close = runtime.close()
    expect(await create).toMatchObject({ code: 'RUNTIME_CLOSED', operation: 'createContainer' })
    answer.resolve(container)
    await close
    expect(reached()).toEqual(['createContainer', 'removeContainer', 'close'])
  })

  test('that never ends does not hold close() for longer than its timeout; its signal is aborted then', async () => {
    const answer = deferred<CreatedContainer>()
    const { runtime, reached, call } = record({ answers: { createContainer: () => answer.promise }, closeTimeoutMs: 0 })
    const create = rejection(runtime.createContainer({ image: 'tools' }))
    await turn()
    await runtime.close()
    expect(await create).toMatchObject({ code: 'RUNTIME_CLOSED' })
    expect(call('createContainer').signal.reason).toMatchObject({ code: 'RUNTIME_CLOSED' })
    answer.resolve(container)
    await turn()
    // Nothing reaches an adapter that is closed.
    expect(reached()).toEqual(['createContainer', 'close'])
  })

  test('whose removal fails is nobody’s error', async () => {
    const answer = deferred<CreatedContainer>()
    const { runtime, reached } = record({
      answers: {
        createContainer: () => answer.promise,
        removeContainer: () => Promise.reject(new Error('down')),
      },
    })
    const controller = new AbortController()
    const create = runtime.createContainer({ image: 'tools' }, { signal: controller.signal })
    await turn()
    controller.abort('enough')
    await rejection(create)
    answer.resolve(container)
    await runtime.close()
    expect(reached()).toEqual(['createContainer', 'removeContainer', 'close'])
  })
})

describe('an aborted createNetwork and createVolume', () => {
  test('remove what they made', async () => {
    const answers = { network: deferred<CreatedNetwork>(), volume: deferred<CreatedVolume>() }
    const { runtime, call } = record({
      answers: { createNetwork: () => answers.network.promise, createVolume: () => answers.volume.promise },
    })
    const controller = new AbortController()
    const { signal } = controller
    const creates = [
      runtime.createNetwork({ name: 'net' }, { signal }),
      runtime.createVolume({ name: 'data' }, { signal }),
    ]
    await turn()
    controller.abort('enough')
    for (const create of creates) expect(await rejection(create)).toBe('enough')
    answers.network.resolve(network(true))
    answers.volume.resolve(volume(true))
    await runtime.close()
    expect(call('removeNetwork').args[0]).toBe('made')
    expect(call('removeVolume').args[0]).toBe('data')
  })

  test('leave alone what was there before', async () => {
    const answers = { network: deferred<CreatedNetwork>(), volume: deferred<CreatedVolume>() }
    const { runtime, reached } = record({
      answers: { createNetwork: () => answers.network.promise, createVolume: () => answers.volume.promise },
    })
    const controller = new AbortController()
    const { signal } = controller
    const creates = [
      runtime.createNetwork({ name: 'net' }, { signal }),
      runtime.createVolume({ name: 'data' }, { signal }),
    ]
    await turn()
    controller.abort('enough')
    for (const create of creates) await rejection(create)
    answers.network.resolve(network(false))
    answers.volume.resolve(volume(false))
    await runtime.close()
    expect(reached()).toEqual(['createNetwork', 'createVolume', 'close'])
  })

  test('an anonymous volume is removed by the name that the engine gave it', async () => {
    const answer = deferred<CreatedVolume>()
    const { runtime, call } = record({ answers: { createVolume: () => answer.promise } })
    const controller = new AbortController()
    const create = runtime.createVolume({}, { signal: controller.signal })
    await turn()
    controller.abort('enough')
    await rejection(create)
    answer.resolve(volume(true))
    await turn()
    expect(call('removeVolume').args[0]).toBe('data')
  })

  test('keep what another caller of the same name was answered with', async () => {
    const first = deferred<CreatedNetwork>()
    const answers = [first.promise, Promise.resolve(network(false))]
    const { runtime, reached } = record({
      answers: { createNetwork: () => answers.shift() ?? Promise.reject(new Error('third')) },
    })
    const controller = new AbortController()
    const aborted = runtime.createNetwork({ name: 'net' }, { signal: controller.signal })
    await turn()
    const other = runtime.createNetwork({ name: 'net' })
    controller.abort('enough')
    await rejection(aborted)
    first.resolve(network(true))
    expect(await other).toEqual(network(false))
    await runtime.close()
    expect(reached()).toEqual(['createNetwork', 'createNetwork', 'close'])
  })

  test('are undone by the last caller when all have left', async () => {
    const answers = [deferred<CreatedNetwork>(), deferred<CreatedNetwork>()]
    const [first, second] = answers
    const waiting = [...answers]
    const { runtime, reached } = record({
      answers: { createNetwork: () => waiting.shift()?.promise ?? Promise.reject(new Error('third')) },
    })
    const controller = new AbortController()
    const creates = [1, 2].map(() => runtime.createNetwork({ name: 'net' }, { signal: controller.signal }))
    await turn()
    controller.abort('enough')
    for (const create of creates) await rejection(create)
    first?.resolve(network(true))
    await turn()
    expect(reached()).toEqual(['createNetwork', 'createNetwork'])
    second?.reject(new Error('down'))
    await turn()
    expect(reached()).toEqual(['createNetwork', 'createNetwork', 'removeNetwork'])
  })

  test('a create of the same name waits for the removal', async () => {
    const removal = deferred()
    const first = deferred<CreatedVolume>()
    const answers = [first.promise, Promise.resolve(volume(true))]
    const { runtime, reached } = record({
      answers: {
        createVolume: () => answers.shift() ?? Promise.reject(new Error('third')),
        removeVolume: () => removal.promise,
      },
    })
    const controller = new AbortController()
    const aborted = runtime.createVolume({ name: 'data' }, { signal: controller.signal })
    await turn()
    controller.abort('enough')
    await rejection(aborted)
    first.resolve(volume(true))
    await turn()
    const other = runtime.createVolume({ name: 'data' })
    await turn()
    expect(reached()).toEqual(['createVolume', 'removeVolume'])
    removal.resolve()
    expect(await other).toEqual(volume(true))
  })
})
