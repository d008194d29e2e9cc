import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Turns } from '../../src/compose/turns.ts'

/** Work that says when it began, and ends when it is told to. */
function work(name: string, told: string[]) {
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const run = async (): Promise<string> => {
    told.push(`${name} begins`)
    await ended
    told.push(`${name} ends`)
    return name
  }
  return { run, end }
}

it('work on one project takes turns in order, also after a failure, and other projects do not wait', async () => {
  const turns = new Turns()
  const told: string[] = []
  const [one, two] = [work('one', told), work('two', told)]
  const first = turns.take('harbour', undefined, one.run)
  const failing = turns.take('harbour', undefined, () => Promise.reject(new Error('sunk')))
  const second = turns.take('harbour', undefined, two.run)
  expect(await turns.take('other', undefined, async () => 'at once')).toBe('at once')
  two.end()
  one.end()
  await expect(failing).rejects.toThrow('sunk')
  expect(await Promise.all([first, second])).toEqual(['one', 'two'])
  expect(told).toEqual(['one begins', 'one ends', 'two begins', 'two ends'])
})

it('whoever is aborted while waiting rejects at once, and whoever waits behind goes on waiting', async () => {
  const turns = new Turns()
  const told: string[] = []
  const [one, never, last] = [work('one', told), work('never', told), work('last', told)]
  const first = turns.take('harbour', undefined, one.run)
  const controller = new AbortController()
  const aborted = turns.take('harbour', controller.signal, never.run)
  const behind = turns.take('harbour', undefined, last.run)
  const reason = new Error('changed my mind')
  controller.abort(reason)
  await expect(aborted).rejects.toBe(reason)
  await expect(turns.take('harbour', AbortSignal.abort(reason), never.run)).rejects.toBe(reason)
  await pause(0)
  expect(told).toEqual(['one begins'])
  last.end()
  one.end()
  expect(await Promise.all([first, behind])).toEqual(['one', 'last'])
  expect(told).toEqual(['one begins', 'one ends', 'last begins', 'last ends'])
})
