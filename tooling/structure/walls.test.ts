import { describe, expect, it } from 'vitest'
import { type Files, findingsIn, manifest } from './scratch.ts'

const core = '@moorage/runtime-core'
const api = '@moorage/engine-api'
const suite = '@moorage/runtime-contract-tests'
const backends = ['@moorage/runtime-docker', '@moorage/runtime-podman', '@moorage/runtime-fake']

/** Every package, each listing what it may. */
const packages: Files = {
  ...manifest('runtime-core'),
  ...manifest('engine-api', { dependencies: [core] }),
  ...manifest('runtime-docker', { dependencies: [core, api], devDependencies: [suite] }),
  ...manifest('runtime-podman', { dependencies: [core, api], devDependencies: [suite] }),
  ...manifest('runtime-fake', { dependencies: [core], devDependencies: [suite] }),
  ...manifest('runtime-contract-tests', { dependencies: [core] }),
  ...manifest('runtime', { dependencies: [core], peerDependencies: backends, devDependencies: [...backends, suite] }),
}

function findings(path: string, text: string): Promise<readonly string[]> {
  return findingsIn({ ...packages, [path]: text })
}

describe('the walls between packages', () => {
  const allowed: readonly (readonly [path: string, text: string])[] = [
    ['packages/engine-api/src/a.ts', `import { x } from '${core}'`],
    ['packages/runtime-docker/src/a.ts', `import { x } from '${core}'\nexport * from '${api}'`],
    ['packages/runtime-podman/test/a.test.ts', `import { x } from '${suite}'\nimport { y } from '${suite}/vitest'`],
    ['packages/runtime-fake/test/a.test.ts', `import '${suite}'\nimport '@moorage/runtime-fake'`],
    ['packages/runtime/src/a.ts', `export const open = () => import('@moorage/runtime-docker')`],
    ['packages/runtime/test/a.test.ts', `import { x } from '@moorage/runtime-fake'\nimport '${suite}'`],
  ]

  it.each(allowed)('let %s import %s', async (path, text) => {
    expect(await findings(path, text)).toEqual([])
  })

  const refused: readonly (readonly [path: string, text: string, message: string])[] = [
    ['packages/runtime-core/src/a.ts', `import type { X } from '${api}'`, 'runtime-core may import no other package'],
    [
      'packages/engine-api/src/a.ts',
      `import { x } from '${suite}'`,
      'engine-api may import only runtime-core, build-context',
    ],
    ['packages/runtime-docker/src/a.ts', `import '@moorage/runtime-podman'`, 'and not runtime-podman'],
    ['packages/runtime-podman/test/a.test.ts', `import '@moorage/runtime-docker'`, 'and not runtime-docker'],
    ['packages/runtime-docker/src/a.ts', `import '${suite}'`, 'only runtime-core, engine-api, and not'],
    ['packages/runtime-contract-tests/src/a.ts', `await import('@moorage/runtime-fake')`, 'and not runtime-fake'],
    ['packages/runtime-contract-tests/test/a.test.ts', `import '@moorage/runtime-fake'`, 'and not runtime-fake'],
    [
      'packages/runtime-fake/src/a.ts',
      `import '${api}'`,
      'runtime-fake may import only runtime-core, build-context, and not engine-api',
    ],
    ['packages/runtime/src/a.ts', `import '@moorage/runtime-fake'`, 'may import runtime-fake only by import()'],
    ['packages/runtime/src/a.ts', `import type { X } from '@moorage/runtime-fake'`, 'only by import()'],
    ['packages/runtime/src/a.ts', `type X = typeof import('@moorage/runtime-docker')`, 'only by import()'],
    ['packages/runtime/src/a.ts', `export const open = (name) => import(name)`, 'cannot be checked'],
    ['packages/runtime/src/a.ts', `export const x = require('@moorage/runtime-docker/src/a.ts')`, 'by its name'],
    ['packages/runtime/src/a.ts', `import '@moorage/runtime'`, 'its own package'],
    ['packages/runtime-docker/src/a.ts', `import '@moorage/else'`, 'not a package of this workspace'],
    ['packages/runtime-docker/src/a.ts', `import '/tmp/a.ts'`, 'absolute path'],
  ]

  it.each(refused)('keep %s from %s', async (path, text, message) => {
    const found = await findings(path, text)
    expect(found.filter((line) => line.startsWith(`${path}:1 `) && line.includes(message))).toHaveLength(1)
  })

  const elsewhere: Files = {
    ...packages,
    'packages/runtime-core/src/b.ts': 'export const b = 1\n',
    'packages/runtime-core/test/b.ts': 'export const b = 1\n',
    'tooling/b.ts': 'export const b = 1\n',
  }

  it.each([
    ['packages/runtime-docker/test/a.test.ts', '../../runtime-core/src/b.ts', 'reaches into packages/runtime-core'],
    ['packages/runtime-docker/test/a.test.ts', '../../runtime-core/test/b.ts', 'reaches into packages/runtime-core'],
    ['packages/runtime-docker/src/a.ts', '../../runtime-core/src/b.ts', 'reaches into packages/runtime-core'],
    ['packages/runtime-core/src/a.ts', '../test/b.ts', 'outside of src'],
    ['packages/runtime-core/src/a.ts', '../../../tooling/b.ts', 'outside of its package'],
    ['tooling/a.ts', '../packages/runtime-core/src/b.ts', 'reaches into packages/runtime-core'],
    ['tooling/a.ts', '../../b.ts', 'outside of the repository'],
  ])('keep %s from %s', async (path, specifier, message) => {
    const found = await findingsIn({ ...elsewhere, [path]: `\nexport * from '${specifier}'` })
    expect(found[0]).toContain(`${path}:2 `)
    expect(found[0]).toContain(message)
  })

  it.each([
    ['packages/runtime-docker/test/a.test.ts', '../../../tooling/b.ts'],
    ['packages/runtime-core/test/a.test.ts', '../src/b.ts'],
    ['docs/a.ts', '../packages/runtime-core/test/b.ts'],
  ])('let %s import %s', async (path, specifier) => {
    expect(await findingsIn({ ...elsewhere, [path]: `export * from '${specifier}'` })).toEqual([])
  })

  it('keep test runners in tests and in the bindings of the contract', async () => {
    const suiteManifest = manifest('runtime-contract-tests', { dependencies: [core], peerDependencies: ['vitest'] })
    const found = await findingsIn({
      ...packages,
      ...suiteManifest,
      'packages/runtime-contract-tests/src/cases/exec/exit.ts': `import { it } from 'vitest'\nimport 'node:test'`,
      'packages/runtime-contract-tests/src/vitest.ts': `import { it } from 'vitest'`,
      'packages/runtime-contract-tests/src/node-test.ts': `import { it } from 'node:test'`,
      'packages/runtime-contract-tests/test/a.test.ts': `import { it } from 'vitest'`,
    })
    expect(found).toEqual([
      expect.stringContaining('src/cases/exec/exit.ts:1 a source imports vitest: '),
      expect.stringContaining('src/cases/exec/exit.ts:2 a source imports node:test: '),
    ])
  })

  it('ask for an entry for a new package', async () => {
    const found = await findingsIn({
      ...packages,
      ...manifest('cli', { dependencies: [core] }),
      'packages/cli/src/a.ts': `import '${core}'`,
    })
    expect(found).toEqual([expect.stringContaining('packages/cli has no entry in tooling/structure/walls.mjs')])
  })
})
