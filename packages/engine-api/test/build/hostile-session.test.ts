import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const child = fileURLToPath(new URL('hostile-session.child.ts', import.meta.url))
const deadlineMs = 60_000

it('an engine that misuses the session fails its build and nothing else', { timeout: deadlineMs }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-hostile-'))
  try {
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n')
    await symlink('/etc/passwd', join(folder, 'link'))
    const program = ['--conditions=@moorage/source', '--import', 'tsx', child, folder]
    // The child has no handlers for unhandled rejections: an exit code other than 0 rejects.
    const { stdout } = await promisify(execFile)(process.execPath, program, { timeout: deadlineMs })
    expect(JSON.parse(stdout)).toEqual({
      'calls that are reset at once': 'goes on',
      'unknown services and methods': 'goes on 12 12 12',
      'data behind the only message': 'goes on 0',
      'no message': 'goes on 13',
      'a message of 4 GB': 'PROTOCOL_ERROR',
      'a message that is compressed': 'PROTOCOL_ERROR',
      'a message that is cut': 'PROTOCOL_ERROR',
      'a malformed message': 'PROTOCOL_ERROR',
      'a malformed message about a secret': 'PROTOCOL_ERROR',
      'a malformed packet about files': 'PROTOCOL_ERROR',
      'the content of a link': 'PROTOCOL_ERROR',
      'files with an unknown option': 'PROTOCOL_ERROR',
      'a file that was never listed': 'goes on 5',
      'no HTTP/2': 'CONNECTION_LOST',
      'the end of its connection': 'CONNECTION_LOST',
      'the end of its connection within a call': 'CONNECTION_LOST',
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})
