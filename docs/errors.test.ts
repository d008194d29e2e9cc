import { readFile } from 'node:fs/promises'
import { errorCodes } from '@moorage/runtime-core'
import { expect, it } from 'vitest'

it('errors.md has one row for each code, with what the table in the sources says', async () => {
  const page = await readFile(new URL('errors.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => /^\| `[A-Z_]+` \|/.test(line))
  expect(rows).toEqual(
    Object.entries(errorCodes).map(
      ([code, { blame, retryable, meaning }]) =>
        `| \`${code}\` | ${blame} | ${retryable ? 'yes' : 'no'} | ${meaning} |`,
    ),
  )
})
