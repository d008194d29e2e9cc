import { readFile } from 'node:fs/promises'
import { contractPage } from '@moorage/runtime-contract-tests'
import { expect, it } from 'vitest'

it('CONTRACT.md says what the clauses say; `pnpm contract:write` writes it anew', async () => {
  const page = await readFile(new URL('../../CONTRACT.md', import.meta.url), 'utf8')
  expect(page).toBe(contractPage())
})
