import { execFile } from 'node:child_process'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../../../../tooling/engines/engines', import.meta.url))
const deadlineMs = 60_000

/** A dockerd of one test's own, made to be killed. */
export interface ThrowawayDaemon extends AsyncDisposable {
  readonly host: string
  /** SIGKILL: it says no goodbye to anyone. */
  kill(): void
}

/** Whether the project's own engines have been brought up on this machine, whose Docker it takes. */
export async function canStartThrowawayDaemon(): Promise<boolean> {
  const folder = process.env['MOORAGE_ENGINES_DIR'] ?? '/var/tmp/moorage-engines'
  return access(`${folder}/root/.complete`).then(
    () => true,
    () => {
      process.stderr.write('skipped: no daemon to kill. Run the `engines up` script for it.\n')
      return false
    },
  )
}

/** Starts one. */
export async function startThrowawayDaemon(): Promise<ThrowawayDaemon> {
  const folder = await mkdtemp(`${tmpdir()}/moorage-throwaway-`)
  const { stdout } = await run('bash', [script, 'throwaway', folder], { timeout: deadlineMs })
  const host = /^THROWAWAY_HOST=(\S+)$/m.exec(stdout)?.[1]
  const pid = Number(/^THROWAWAY_PID=(\d+)$/m.exec(stdout)?.[1])
  if (host === undefined || !(pid > 0)) throw new Error(`the throwaway daemon did not say where it is: ${stdout}`)
  return {
    host,
    kill: () => {
      process.kill(pid, 'SIGKILL')
    },
    async [Symbol.asyncDispose]() {
      await run('bash', [script, 'throwaway-stop', folder], { timeout: deadlineMs })
      await rm(folder, { recursive: true, force: true })
    },
  }
}
