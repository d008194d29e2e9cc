import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
const exampleDeadlineMs = 60_000

/** Pages whose code blocks are files of docs/examples: `<!-- example: FILE -->` stands before the block. */
async function pages(): Promise<readonly string[]> {
  const docs = await readdir(`${root}/docs`)
  const packages = await readdir(`${root}/packages`)
  return [
    'README.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
    ...packages.map((name) => `packages/${name}/README.md`),
  ]
}

async function readPage(page: string): Promise<string> {
  return readFile(`${root}/${page}`, 'utf8').catch(() => '')
}

describe('examples', async () => {
  const examples = (await readdir(`${root}/docs/examples`)).filter((name) => name.endsWith('.ts'))

  it.each(examples)('%s runs on the fake and exits by itself', { timeout: exampleDeadlineMs }, async (name) => {
    const { stdout } = await run(
      process.execPath,
      ['--conditions=@moorage/source', '--import', 'tsx', `docs/examples/${name}`],
      { cwd: root, timeout: exampleDeadlineMs, env: { ...process.env, MOORAGE_BACKEND: 'fake' } },
    )
    const expected = await readFile(`${root}/docs/examples/${name.replace(/\.ts$/, '.out')}`, 'utf8')
    expect(stdout).toBe(expected)
  })

  it('are the code blocks of the pages', async () => {
    const shown = new Map<string, string>()
    for (const page of await pages()) {
      const text = await readPage(page)
      for (const [, file = '', code = ''] of text.matchAll(/<!-- example: (\S+) -->\s*```ts\n([\s\S]*?)```/g)) {
        shown.set(file, code)
        expect(code, `${page}: ${file}`).toBe(await readFile(`${root}/${file}`, 'utf8'))
      }
      for (const [block] of text.matchAll(/(?<!<!-- example: \S+ -->\s*)```ts\n[\s\S]*?```/g)) {
        expect.fail(`${page} has a TypeScript block that no test runs: ${block.slice(0, 80)}`)
      }
    }
    expect([...shown.keys()].sort()).toEqual(examples.map((name) => `docs/examples/${name}`).sort())
  })
})
