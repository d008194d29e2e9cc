import { createRuntime, defineCapabilities, RuntimeError, streamFrom, type RuntimeAdapter } from '@moorage/runtime-core'
import { busyboxPrograms, runCase, runContract, summaryLine, type ContractCase } from '@moorage/runtime-contract-tests'
import { describe, expect, it } from 'vitest'

async function* nothing(): AsyncGenerator<never, undefined> {}

/** An engine that has nothing and is asked for nothing but that. */
function emptyAdapter(): RuntimeAdapter {
  const missing = async (): Promise<never> => {
    throw new RuntimeError('CONTAINER_NOT_FOUND', { message: 'There is none.', operation: 'any', details: {} })
  }
  const none = async (): Promise<[]> => []
  const info = {
    engineId: '1',
    engineName: 'empty',
    engineVersion: '1',
    operatingSystem: 'linux',
    architecture: 'amd64',
  }
  return {
    backend: 'empty',
    capabilities: defineCapabilities({ pause: true }),
    info: async () => ({ backend: 'empty', ...info, rootless: false }),
    pullImage: missing,
    inspectImage: missing,
    listImages: none,
    tagImage: missing,
    removeImage: missing,
    createContainer: missing,
    startContainer: missing,
    stopContainer: missing,
    killContainer: missing,
    waitContainer: missing,
    removeContainer: missing,
    inspectContainer: missing,
    listContainers: none,
    execContainer: missing,
    containerLogs: () => streamFrom(nothing()),
    createNetwork: missing,
    removeNetwork: missing,
    inspectNetwork: missing,
    listNetworks: none,
    createVolume: missing,
    removeVolume: missing,
    inspectVolume: missing,
    listVolumes: none,
    close: async () => undefined,
  }
}

const environment = {
  open: async () => createRuntime(emptyAdapter()),
  programs: busyboxPrograms('none:1'),
  runId: 'test',
}

function caseOf(change: Partial<ContractCase>): ContractCase {
  return { id: 'test/test/test', clauses: ['info.answers'], run: async () => undefined, ...change }
}

describe('runCase', () => {
  it('passes what ends, fails what throws, and says why', async () => {
    expect((await runCase(caseOf({}), environment)).verdict).toBe('pass')
    const run = async (): Promise<void> => {
      throw new Error('broken')
    }
    expect(await runCase(caseOf({ run }), environment)).toMatchObject({
      verdict: 'fail',
      reason: 'broken',
      timedOut: false,
    })
  })

  it('tells a case that does not end from one that fails', async () => {
    const run = (): Promise<never> => new Promise(() => undefined)
    const result = await runCase(caseOf({ run }), { ...environment, timeScale: 0.001 })
    expect(result).toMatchObject({ verdict: 'fail', timedOut: true })
  })

  it('charges a case with what it could not undo', async () => {
    const run: ContractCase['run'] = async (world) => {
      world.onCleanup(async () => {
        throw new Error('stuck')
      })
    }
    expect(await runCase(caseOf({ run }), environment)).toMatchObject({ verdict: 'fail', reason: 'stuck' })
  })

  it('does not run what does not apply or cannot be tested, and says why', async () => {
    const lacking = await runCase(caseOf({ needs: ['rename'] }), environment)
    expect([lacking.verdict, lacking.reason]).toEqual(['not-applicable', expect.stringContaining('`rename`')])
    expect((await runCase(caseOf({ lacks: 'pause' }), environment)).verdict).toBe('not-applicable')
    expect((await runCase(caseOf({ prerequisites: ['registry'] }), environment)).verdict).toBe('not-testable')
  })

  it('tells a runtime that cannot be opened from one that fails', async () => {
    const open = async (): Promise<never> => {
      throw new Error('no engine')
    }
    expect((await runCase(caseOf({}), { ...environment, open })).verdict).toBe('error')
  })
})

describe('runContract', () => {
  const only = ({ id }: ContractCase): boolean =>
    id.startsWith('calls/info/') || id.startsWith('calls/missing/inspectVolume')
  const broken = 'calls/missing/inspectVolume-says-that-there-is-none'

  it('reports what failed and whether the backend conforms', async () => {
    const report = await runContract({ name: 'empty', ...environment, only })
    expect(report.counts).toMatchObject({ pass: 2, fail: 1 })
    expect([report.ok, report.conforms]).toEqual([false, false])
    expect(report.unexpected.map(({ id }) => id)).toEqual([broken])
    expect(summaryLine(report)).toBe(
      'empty: 2 passed, 1 failed, 12 strangers not created: only a part of the contract was run',
    )
  })

  it('reports what failed outside of the cases, and is red', async () => {
    const adapter = emptyAdapter()
    const listContainers = async (): Promise<never> => {
      throw new Error('cut')
    }
    const report = await runContract({
      name: 'empty',
      ...environment,
      open: async () => createRuntime({ ...adapter, listContainers }),
      only: ({ id }) => id.startsWith('calls/info/'),
      onResult: () => {
        throw new Error('listener')
      },
    })
    expect([report.ok, report.conforms]).toEqual([false, false])
    expect(report.problems.map((text) => text.replace(/ after .*:/, ':'))).toEqual([
      'what killed runs have left could not be removed: cut',
      ...report.results.map(() => 'onResult threw: listener'),
    ])
    expect(summaryLine(report)).toContain(', 3 problems outside of the cases')
  })

  it('is green with a failure that is known, and not conformant all the same', async () => {
    const baseline = [{ case: broken, reason: 'it answers another code' }]
    const report = await runContract({ name: 'empty', ...environment, only, baseline })
    expect([report.ok, report.conforms]).toEqual([true, false])
  })

  it('is red with an entry that is stale', async () => {
    const baseline = [
      { case: broken, reason: 'it answers another code' },
      { case: 'calls/info/tells-what-the-engine-is', reason: 'mended long ago' },
    ]
    const report = await runContract({ name: 'empty', ...environment, only, baseline })
    expect([report.ok, report.stale.length]).toEqual([false, 1])
  })

  it('is red when no case ran, and, if strict, when one could not be tested', async () => {
    expect((await runContract({ name: 'empty', ...environment, only: () => false })).ok).toBe(false)
    const untestable = ({ id }: ContractCase): boolean =>
      id === 'images/pull/says-that-there-is-none' || id.startsWith('calls/info/')
    expect((await runContract({ name: 'empty', ...environment, only: untestable })).ok).toBe(true)
    expect((await runContract({ name: 'empty', ...environment, only: untestable, strict: true })).ok).toBe(false)
  })
})
