import { spawn } from 'node:child_process'
import { delimiter, dirname } from 'node:path'

/** Runs one stage with pnpm; a stage that outlives its budget is ended with all its children. */
export function run(stage) {
  return new Promise((resolve) => {
    const path = stage.node === undefined ? process.env.PATH : `${dirname(stage.node)}${delimiter}${process.env.PATH}`
    const [program, ...first] = pnpmCommand()
    const child = spawn(program, [...first, ...stage.command], {
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      env: { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1', TURBO_UI: 'false' },
    })
    let late = false
    const timer = setTimeout(() => {
      late = true
      endGroup(child.pid)
    }, stage.budgetMinutes * 60_000)
    const interrupt = () => endGroup(child.pid)
    process.once('SIGINT', interrupt)
    process.once('SIGTERM', interrupt)
    const settle = (outcome) => {
      clearTimeout(timer)
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
      resolve(outcome)
    }
    child.once('error', (error) => settle({ ok: false, reason: String(error) }))
    child.once('exit', (code, signal) => {
      if (late) settle({ ok: false, reason: `took more than ${stage.budgetMinutes} min` })
      else settle({ ok: code === 0, reason: `ended with ${signal ?? `exit code ${code}`}` })
    })
  })
}

/** The pnpm that started us, run by the Node of the stage; else the one on PATH. */
function pnpmCommand() {
  const entry = process.env.npm_execpath
  if (entry === undefined) return ['pnpm']
  return /\.[cm]?js$/.test(entry) ? ['node', entry] : [entry]
}

function endGroup(pid) {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
