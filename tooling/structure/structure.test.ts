import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { findingsIn, inWorkspace, manifest } from './scratch.ts'

describe('the size of files', () => {
  it('is 300 lines at most, in sources, tests, tooling and scripts alike', async () => {
    const lines = (count: number): string => 'export {}\n'.repeat(count)
    const script = `#!/bin/sh\n${'true\n'.repeat(300)}`
    const found = await findingsIn({
      ...manifest('runtime-core'),
      'packages/runtime-core/src/fits.ts': lines(300),
      'packages/runtime-core/src/long.ts': lines(301),
      'packages/runtime-core/test/long.test.ts': lines(400),
      'packages/runtime-core/test/data.json': lines(400),
      'packages/runtime-core/dist/long.js': lines(400),
      'tooling/engines/engines': script,
      'tooling/long.mjs': lines(301),
      'tooling/README': lines(301),
    })
    expect(found).toEqual([
      'packages/runtime-core/src/long.ts:301 301 lines, and 300 are the most: split the file by noun or verb',
      expect.stringContaining('packages/runtime-core/test/long.test.ts:301 400 lines'),
      expect.stringContaining('tooling/engines/engines:301 301 lines'),
      expect.stringContaining('tooling/long.mjs:301 301 lines'),
    ])
  })
})

describe('the dependencies of a package', () => {
  const root = { 'package.json': { name: 'root', devDependencies: { 'test-tool': '*', '@moorage/runtime-core': '*' } } }

  it('are listed where its sources import them, and not among the devDependencies', async () => {
    const found = await findingsIn({
      ...root,
      ...manifest('engine-api', {
        dependencies: ['listed'],
        peerDependencies: ['@peer/one'],
        devDependencies: ['only-for-tests'],
      }),
      'packages/engine-api/src/a.ts': [
        `import { readFile } from 'node:fs/promises'`,
        `import 'fs'`,
        `import 'listed/sub.js'`,
        `import '@peer/one/sub'`,
        `import 'only-for-tests'`,
        `import type { X } from '@other/one/sub'`,
        `import 'test-tool'`,
      ].join('\n'),
    })
    const where = 'which packages/engine-api/package.json does not list: add it to its dependencies or peerDependencies'
    expect(found).toEqual([
      `packages/engine-api/src/a.ts:5 imports only-for-tests, ${where}`,
      `packages/engine-api/src/a.ts:6 imports @other/one, ${where}`,
      `packages/engine-api/src/a.ts:7 imports test-tool, ${where}`,
    ])
  })

  it('may come from the root for a test, but for packages of the workspace', async () => {
    const found = await findingsIn({
      ...root,
      ...manifest('runtime-core'),
      ...manifest('engine-api', { devDependencies: ['only-for-tests'] }),
      'packages/engine-api/test/a.test.ts': `import 'test-tool'\nimport 'only-for-tests'\nimport '@moorage/runtime-core'\nimport 'tsx'`,
    })
    const where = 'which packages/engine-api/package.json does not list: add it to its devDependencies'
    expect(found).toEqual([
      `packages/engine-api/test/a.test.ts:3 imports @moorage/runtime-core, ${where}`,
      `packages/engine-api/test/a.test.ts:4 imports tsx, ${where}`,
    ])
  })

  it("are the root's for tooling and docs", async () => {
    const found = await findingsIn({ ...root, 'tooling/a.mjs': `import 'test-tool'`, 'docs/a.ts': `\nimport 'tsx'` })
    expect(found).toEqual(['docs/a.ts:2 imports tsx, which package.json does not list: add it to its devDependencies'])
  })
})

describe('cycles', () => {
  it('between files are found once, with the whole way round, types and import() included', async () => {
    const found = await findingsIn({
      'tooling/a.ts': `import './b.ts'`,
      'tooling/b.ts': `\nimport type { C } from './deep/c.ts'`,
      'tooling/deep/c.ts': `export const a = () => import('../a.ts')`,
      'tooling/d.ts': `import './a.ts'`,
      'tooling/self.ts': `import './self.ts'`,
    })
    const way = 'tooling/a.ts -> tooling/b.ts -> tooling/deep/c.ts -> tooling/a.ts'
    expect(found).toEqual([
      `tooling/a.ts:1 files import each other in a circle: ${way}`,
      'tooling/self.ts:1 files import each other in a circle: tooling/self.ts -> tooling/self.ts',
    ])
  })

  it('between packages are found in their manifests, devDependencies included', async () => {
    const found = await findingsIn({
      ...manifest('runtime-core', { devDependencies: ['@moorage/runtime-fake'] }),
      ...manifest('runtime-fake', { dependencies: ['@moorage/runtime-core'] }),
    })
    expect(found).toEqual([
      'packages/runtime-core/package.json:4 packages depend on each other in a circle: runtime-core -> runtime-fake -> runtime-core',
    ])
  })
})

describe('what cannot be followed', () => {
  it('is a relative import of no file, and a file that does not parse', async () => {
    const found = await findingsIn({ 'tooling/a.ts': `import './b'`, 'tooling/c.ts': `\nconst = 1` })
    expect(found).toEqual([
      'tooling/a.ts:1 imports ./b, and there is no such file; name it with its ending',
      expect.stringContaining('tooling/c.ts:2 cannot be parsed'),
    ])
  })
})

describe('the command', () => {
  const check = fileURLToPath(new URL('check.mjs', import.meta.url))
  const run = promisify(execFile)

  it('says where every finding is, and exits with 1', async () => {
    const failed = await inWorkspace({ 'tooling/a.ts': `\nimport 'tsx'` }, (root) =>
      run(process.execPath, [check, root]).catch((error: unknown) => error),
    )
    expect(failed).toMatchObject({
      code: 1,
      stderr: 'tooling/a.ts:2  imports tsx, which package.json does not list: add it to its devDependencies\n',
    })
  })

  it('exits with 0 where it finds nothing', async () => {
    const { stdout } = await inWorkspace({ 'tooling/a.ts': '', ...manifest('runtime') }, (root) =>
      run(process.execPath, [check, root]),
    )
    expect(stdout).toBe('structure: 1 files in 1 packages, 0 findings\n')
  })
})
