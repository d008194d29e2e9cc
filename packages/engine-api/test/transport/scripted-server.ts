import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '../../src/transport/endpoint.ts';
import { Transport } from '../../src/transport/transport.ts';

/** A server on a unix socket, and a transport to it; disposing of it ends both. */
export interface Scripted extends AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  /** Every connection the server has accepted, in order. */
  readonly accepted: readonly Socket[];
  /** How many of them are still open on the server's side. */
  readonly open: () => number;
  /** Resolves with the nth connection, once it has been accepted. */
  readonly connection: (nth: number) => Promise<Socket>;
}

/** A server that is told only of connections, and speaks HTTP by hand. */
export function serveSockets(onSocket: (socket: Socket, nth: number) => void): Promise<Scripted> {
  const server = createServer({ allowHalfOpen: true });
  let count = 0;
  server.on('connection', (socket) => onSocket(socket, count++));
  return listen(server);
}

/** An ordinary HTTP server. */
export function serveHttp(onRequest: RequestListener): Promise<Scripted> {
  const server = createHttpServer(onRequest);
  server.keepAliveTimeout = 0;
  return listen(server);
}

async function listen(server: Server): Promise<Scripted> {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-transport-'));
  const path = join(folder, 'engine.sock');
  const accepted: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    accepted.push(socket);
    server.emit('accepted');
  });
  server.listen(path);
  await once(server, 'listening');
  const endpoint: Endpoint = { kind: 'unix', path };
  const transport = new Transport({ endpoint });
  return {
    endpoint,
    transport,
    accepted,
    open: () => accepted.filter((socket) => !socket.destroyed).length,
    connection: async (nth) => {
      for (;;) {
        const socket = accepted[nth];
        if (socket !== undefined) return socket;
        await once(server, 'accepted');
      }
    },
    [Symbol.asyncDispose]: async () => {
      await transport.close();
      for (const socket of accepted) socket.destroy();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Resolves with a request's head once all of it has come; what follows it stays in the socket. */
export function readHead(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let seen = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk]);
      const end = seen.indexOf('\r\n\r\n');
      if (end === -1) return;
      socket.off('data', onData);
      socket.pause();
      if (seen.length > end + 4) socket.unshift(seen.subarray(end + 4));
      resolve(seen.subarray(0, end).toString());
    };
    socket.on('data', onData);
  });
}

/** Resolves when the connection is closed, also if it already is. */
export async function closed(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await once(socket, 'close');
}

/** What the promise rejects with; fails the test if it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}

/** All bytes of a stream. */
export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** One frame of a multiplexed stream. */
export function frame(type: number, payload: string | Uint8Array): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header[0] = type;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

export const UPGRADED = 'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';
export const RAW_BODY = 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n';
