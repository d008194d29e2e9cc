import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { createResourceScope, reapScopes } from '@moorage/runtime-core'
import { createFakeRuntime } from '@moorage/runtime-fake'
import { ownerIsGone, processOwner } from '@moorage/runtime'
import { describe, expect, it } from 'vitest'

/** The words for a process that has run here and has ended. */
async function deadOwner(): Promise<string> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return processOwner().replace(/\d+$/, String(child.pid))
}

describe('the owner of a scope', () => {
  it('names this process, which is there', () => {
    expect(processOwner()).toContain(hostname())
    expect(processOwner().endsWith(`/${process.pid}`)).toBe(true)
    expect(ownerIsGone(processOwner())).toBe(false)
  })

  it('is gone when its process has ended', async () => {
    expect(ownerIsGone(await deadOwner())).toBe(true)
  })

  it.each(['another boot', 'another host', 'another namespace'])('of %s is never taken for gone', async (other) => {
    const parts = (await deadOwner()).split('/')
    const place = ['another host', 'another boot', 'another namespace'].indexOf(other)
    expect(ownerIsGone(parts.map((part, index) => (index === place ? 'x' : part)).join('/'))).toBe(false)
  })

  it.each(['', 'nobody', 'a/b/c/', 'a/b/c/x', `${processOwner()}x`, processOwner().replace(/\d+$/, '-1')])(
    'that it cannot read is never taken for gone: %s',
    (owner) => {
      expect(ownerIsGone(owner)).toBe(false)
    },
  )

  it('lets what a dead process left be reaped, and nothing else', async () => {
    await using runtime = createFakeRuntime({ images: { 'busybox:1': {} } })
    const dead = createResourceScope(runtime, { owner: await deadOwner() })
    const living = createResourceScope(runtime, { owner: processOwner() })
    await dead.runtime.createVolume({ name: 'left' })
    await living.runtime.createVolume({ name: 'used' })
    await runtime.createVolume({ name: 'somebody-else-s' })
    const reaped = await reapScopes(runtime, { isGone: ownerIsGone })
    expect(reaped.map(({ id }) => id)).toEqual([dead.id])
    expect((await runtime.listVolumes()).map(({ name }) => name).toSorted()).toEqual(['somebody-else-s', 'used'])
  })
})
