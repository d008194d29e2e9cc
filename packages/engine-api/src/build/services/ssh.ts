import { connect } from 'node:net'
import type { BuildSpec } from '@moorage/runtime-core'
import { drainedOrClosed } from '../drain.ts'
import { GrpcError, grpcStatus, unary, type GrpcMethod } from '../grpc.ts'
import { bytesOf, fieldsOf, messageOf, textOf, type Wire } from '../messages.ts'

type Agents = NonNullable<BuildSpec['ssh']>

/** `moby.sshforward.v1.SSH/CheckAgent`. */
export function checkAgent(wire: Wire, agents: Agents): GrpcMethod {
  return unary((message) => {
    agentOf(agents, textOf(fieldsOf(wire, message), 1))
    return messageOf(wire, {})
  })
}

/** `moby.sshforward.v1.SSH/ForwardAgent`: the bytes of one connection to an agent, both ways, until either side ends it. */
export function forwardAgent(wire: Wire, agents: Agents): GrpcMethod {
  return async ({ metadata, messages, send }) => {
    const socket = connect({ path: agentOf(agents, metadata.values('buildkit.ssh.id')[0] ?? '') })
    const answering = async (): Promise<void> => {
      for await (const piece of socket) await send(messageOf(wire, { 1: piece as Buffer }))
    }
    const asking = async (): Promise<void> => {
      for await (const message of messages) {
        const taken = socket.write(bytesOf(fieldsOf(wire, message), 1))
        if (!taken && !socket.destroyed) await drainedOrClosed(socket)
      }
      socket.end()
    }
    try {
      const answered = answering()
      // Of two failures the first is told.
      answered.catch(() => undefined)
      await Promise.race([answered, asking().then(() => answered)])
    } finally {
      socket.destroy()
    }
  }
}

const usualAgent = 'default'

function agentOf(agents: Agents, id: string): string {
  const agent = agents[id === '' ? usualAgent : id]
  if (agent === undefined) throw new GrpcError(grpcStatus.notFound, `there is no agent ${id}`)
  return agent.agentSocket
}
