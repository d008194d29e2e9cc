import { connect } from 'node:net'
import { invalidArgument, type BuildSpec } from '@moorage/runtime-core'

/** Rejects with INVALID_ARGUMENT where nobody listens: a step would only see an agent that never answers. */
export async function checkAgents(operation: string, { ssh = {} }: BuildSpec): Promise<void> {
  for (const [id, { agentSocket }] of Object.entries(ssh)) {
    const socket = connect({ path: agentSocket })
    const answers = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (!answers)
      throw invalidArgument(operation, `spec.ssh.${id}.agentSocket`, 'the path of the socket of an agent that runs')
  }
}
