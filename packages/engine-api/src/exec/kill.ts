import type { ExecSpec } from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { asHijackedStream } from '../client/client.ts'
import { until, withSignal } from '../client/signals.ts'
import { collectOutput } from '@moorage/runtime-core'
import { hijackedChunks } from './hijacked.ts'
import { execJson, hasEnded } from './inspect.ts'
import { execBody } from './mark.ts'

/** Which processes of an exec get the signal: its own one, or all that descend from it too. */
export type KillScope = 'process' | 'tree'

/**
 * Neither engine has a call for it: a shell in the container looks for the mark in the environments of all processes,
 * and for children of those by their parents. It uses nothing but what the shell has built in. What it cannot reach: an
 * orphan that has cleared its environment, an image without a shell.
 */
const script = `
mark=$1 signal=$2 scope=$3 found=' ' own=' '
for folder in /proc/[0-9]*; do
  pid=\${folder#/proc/}
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in *"$mark"*) found="$found$pid "; break ;; esac
  done <"$folder/environ"
done 2>/dev/null
parent() {
  while read -r key value rest; do
    if [ "$key" = PPid: ]; then echo "$value"; return; fi
  done <"/proc/$1/status"
}
for pid in $found; do
  case $found in *" $(parent "$pid" 2>/dev/null) "*) ;; *) own="$own$pid " ;; esac
done
grown=yes
while [ -n "$grown" ]; do
  grown=
  for folder in /proc/[0-9]*; do
    pid=\${folder#/proc/}
    case $found in *" $pid "*) continue ;; esac
    case $found in *" $(parent "$pid" 2>/dev/null) "*) found="$found$pid "; grown=yes ;; esac
  done
done
[ "$scope" = tree ] || found=$own
[ "$found" != ' ' ] || exit 3
kill -s "$signal" $found
`

/** Ended before the signal could be sent: there is nothing left to do. */
const nothingFound = 3

/** Sends a signal to a marked exec. Resolves with false when no process has the mark; throws when the means are missing. */
export async function killMarked(
  client: EngineClient,
  containerId: string,
  target: { readonly spec: ExecSpec; readonly mark: string; readonly killSignal: string; readonly scope: KillScope },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { spec, mark, killSignal, scope } = target
  const endpoints = await client.endpoints()
  // Another user, or one with fewer privileges, could not read the environment.
  const killer: ExecSpec = {
    command: ['sh', '-c', script, 'sh', mark, killSignal.replace(/^SIG/, ''), scope],
    ...(spec.user !== undefined && { user: spec.user }),
    ...(spec.privileged !== undefined && { privileged: spec.privileged }),
  }
  const made = await endpoints.getContainer(containerId).exec(withSignal(signal, execBody(killer, { stdin: false })))
  const started: unknown = await made.start(withSignal(signal, { hijack: true, Detach: false, Tty: false }))
  await using stream = asHijackedStream(started)
  const { stdout, stderr } = await collectOutput(hijackedChunks(stream, false))
  const ended = await until(async () => {
    const exec = await execJson(client, made.id, signal)
    return hasEnded(exec) ? exec : undefined
  }, signal)
  if (ended.ExitCode === 0) return true
  if (ended.ExitCode === nothingFound) return false
  const words = new TextDecoder().decode(Buffer.concat([stdout, stderr])).trim()
  throw new Error(`the container has no means to send a signal to one of its processes: ${words}`)
}
