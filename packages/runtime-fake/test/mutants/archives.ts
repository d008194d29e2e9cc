import { collectBytes, RuntimeError, streamFrom, type Runtime, type WriteFileOptions } from '@moorage/runtime-core'
import { around, failure, instead, mutant, type MethodName, type Mutant } from './mutant.ts'

/** What is written is changed on its way. */
function writes(
  name: string,
  breaks: readonly string[],
  change: (content: unknown, options: WriteFileOptions) => readonly [unknown, WriteFileOptions],
): Mutant {
  return mutant(name, breaks, (runtime) => ({
    writeFile: (id, path, content, options = {}) => {
      const [changed, asked] = change(content, options)
      return runtime.writeFile(id, path, changed as never, asked)
    },
  }))
}

/** A method takes its own refusals for successes. */
function accepts(
  method: MethodName,
  code: 'INVALID_ARGUMENT' | 'PATH_NOT_FOUND',
  ...breaks: readonly string[]
): Mutant {
  return mutant(`${method} never fails with ${code}`, breaks, (runtime) =>
    around(runtime, method, instead(code, 'success')),
  )
}

/** An archive is changed on its way. */
function sends(name: string, breaks: readonly string[], change: (bytes: Buffer) => Uint8Array): Mutant {
  return mutant(name, breaks, (runtime) => ({
    copyToContainer: async (id, path, archive, options) => {
      const changed = change(Buffer.from(await collectBytes(archive)))
      await runtime.copyToContainer(id, path, pieces(changed), options)
    },
  }))
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  yield bytes
}

function replaced(bytes: Buffer, text: string, other: string): Uint8Array {
  return Buffer.from(bytes.toString('latin1').replaceAll(text, other), 'latin1')
}

function blocksOf(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: bytes.byteLength / 512 }, (_, index) => bytes.subarray(index * 512, (index + 1) * 512))
}

/** A symbolic link's header, which is all of its entry. */
function isLink(block: Uint8Array): boolean {
  return Buffer.from(block).toString('latin1', 257, 262) === 'ustar' && block[156] === 0x32
}

async function* noBytes(): AsyncGenerator<Uint8Array, undefined> {
  // An archive of which nothing comes.
}

/** Whether a mount of the kind holds the path. */
async function isOn(runtime: Runtime, type: string, id: string, path: string): Promise<boolean> {
  const { mounts } = await runtime.inspectContainer(id)
  return mounts.some((mount) => mount.type === type && path.startsWith(`${mount.target}/`))
}

export const archiveMutants: readonly Mutant[] = [
  writes('what is not text is written empty', ['archives/file/is-read-as-it-was-written'], (content, options) => [
    typeof content === 'string' ? content : '',
    options,
  ]),
  writes('iterables are written empty', ['archives/file/is-written-from-every-source'], (content, options) => [
    typeof content === 'string' || content instanceof Uint8Array ? content : '',
    options,
  ]),
  writes(
    'every file has the usual mode',
    ['archives/file/has-its-mode-and-owner'],
    (content, { mode: _mode, ...rest }) => [content, rest],
  ),
  mutant('links are not followed', ['archives/file/is-replaced-through-a-link'], (runtime) => ({
    readFile: async (id, path, options) => {
      const { type, linkTarget = '' } = await runtime.statPath(id, path)
      return type === 'symlink' ? new TextEncoder().encode(linkTarget) : runtime.readFile(id, path, options)
    },
  })),
  mutant(
    'a link to a file that does not exist is replaced',
    ['archives/file/is-replaced-through-a-link'],
    (runtime) => ({
      writeFile: async (id, path, content, options) => {
        const found = await runtime.statPath(id, path).catch(() => undefined)
        const target = await runtime.readFile(id, path).catch(() => undefined)
        if (found?.type === 'symlink' && target === undefined)
          await runtime.execContainer(id, { command: ['rm', '-f', path] })
        await runtime.writeFile(id, path, content, options)
      },
    }),
  ),
  mutant('files are read without a limit', ['archives/file/is-read-up-to-a-limit'], (runtime) => ({
    readFile: (id, path, options) => runtime.readFile(id, path, { ...options, maxBytes: 1e9 }),
  })),
  mutant('long files are cut', ['archives/copy/brings-large-files-whole'], (runtime) => ({
    readFile: async (id, path, options) => (await runtime.readFile(id, path, options)).subarray(0, 16 * 1024 * 1024),
  })),
  mutant('only what runs has files', ['archives/file/needs-no-process'], (runtime) => ({
    writeFile: async (id, path, content, options) => {
      await runtime.containerProcesses(id)
      return runtime.writeFile(id, path, content, options)
    },
  })),
  accepts('readFile', 'INVALID_ARGUMENT', 'archives/file/is-not-a-directory'),
  accepts(
    'writeFile',
    'INVALID_ARGUMENT',
    'archives/file/is-not-a-directory',
    'archives/file/is-not-made-of-what-is-no-source',
  ),
  ...(['statPath', 'readFile', 'copyFromContainer', 'writeFile', 'copyToContainer'] as const).map((method) =>
    accepts(method, 'PATH_NOT_FOUND', 'archives/path/that-is-missing-is-told'),
  ),
  accepts(
    'copyToContainer',
    'INVALID_ARGUMENT',
    'archives/copy/never-leaves-its-directory',
    'archives/copy/refuses-what-is-no-archive',
    'archives/copy/refuses-entries-that-would-become-others',
    'archives/copy/never-leaves-through-its-own-links',
    'archives/copy/needs-an-entry',
  ),
  mutant(
    'entries before a refused one stay',
    ['archives/copy/refuses-entries-that-would-become-others', 'archives/copy/never-leaves-through-its-own-links'],
    (runtime) =>
      around(runtime, 'copyToContainer', async (invoke, [id, path]) => {
        try {
          return await invoke()
        } catch (error) {
          await runtime.writeFile(String(id), `${String(path)}/before`, 'x')
          throw error
        }
      }),
  ),
  sends('sparse files are unpacked without holes', ['archives/copy/unpacks-what-pax-records-state'], (bytes) =>
    replaced(bytes, 'GNU.sparse', 'NOT.sparse'),
  ),
  sends('names are UTF-8', ['archives/copy/unpacks-what-pax-records-state'], (bytes) =>
    replaced(bytes, 'in/caf\xe9', 'in/caf?'),
  ),
  sends(
    'symbolic links are left out',
    ['archives/copy/follows-its-own-links-within', 'archives/copy/unpacks-and-packs-again'],
    (bytes) => Buffer.concat(blocksOf(bytes).filter((block) => !isLink(block))),
  ),
  mutant('nothing is packed', ['archives/copy/unpacks-and-packs-again'], () => ({
    copyFromContainer: () => streamFrom(noBytes()),
  })),
  mutant('owners are always kept', ['archives/copy/keeps-owners-only-when-asked'], (runtime) => ({
    copyToContainer: (id, path, archive, options) =>
      runtime.copyToContainer(id, path, archive, { ...options, preserveOwner: true }),
  })),
  mutant('owners are never kept', ['archives/copy/keeps-owners-only-when-asked'], (runtime) => ({
    copyToContainer: (id, path, archive, options) =>
      runtime.copyToContainer(id, path, archive, { ...options, preserveOwner: false }),
  })),
  mutant(
    'what is written below a tmpfs is lost',
    ['archives/mounts/files-are-the-ones-that-processes-see'],
    (runtime) => ({
      writeFile: async (id, path, content, options) => {
        if (!(await isOn(runtime, 'tmpfs', id, path))) await runtime.writeFile(id, path, content, options)
      },
    }),
  ),
  mutant(
    'what is below a tmpfs is not found',
    ['archives/mounts/files-are-the-ones-that-processes-see'],
    (runtime) => ({
      readFile: async (id, path, options) => {
        if (await isOn(runtime, 'tmpfs', id, path)) throw failure('PATH_NOT_FOUND')
        return runtime.readFile(id, path, options)
      },
    }),
  ),
  mutant(
    'what is copied below a tmpfs is empty',
    ['archives/mounts/files-are-the-ones-that-processes-see'],
    (runtime) => ({
      copyFromContainer: (id, path, options) =>
        path.startsWith('/scratch/') ? streamFrom(noBytes()) : runtime.copyFromContainer(id, path, options),
    }),
  ),
  mutant(
    'a refusal of a path names another field',
    ['archives/mounts/files-written-before-the-start-reach-processes'],
    (runtime) =>
      around(runtime, 'writeFile', async (invoke) => {
        try {
          return await invoke()
        } catch (error) {
          throw RuntimeError.is(error, 'UNSUPPORTED') ? failure('UNSUPPORTED', { field: 'content' }) : error
        }
      }),
  ),
  mutant(
    'a write without an effect resolves',
    [
      'archives/mounts/files-written-before-the-start-reach-processes',
      'archives/mounts/that-are-read-only-are-not-written-to',
    ],
    (runtime) => around(runtime, 'writeFile', instead('UNSUPPORTED', 'success')),
  ),
  mutant(
    'an archive without an effect resolves',
    ['archives/mounts/entries-reach-processes-or-are-refused', 'archives/mounts/that-are-read-only-are-not-written-to'],
    (runtime) => around(runtime, 'copyToContainer', instead('UNSUPPORTED', 'success')),
  ),
  mutant(
    'directories are copied without the mounts below them',
    ['archives/mounts/directories-are-copied-with-what-processes-see'],
    (runtime) => ({
      copyFromContainer: (id, path, options) =>
        path === '/volume'
          ? runtime.copyFromContainer(id, '/volume/scratch', options)
          : runtime.copyFromContainer(id, path, options),
    }),
  ),
  mutant(
    'a read-only mount is a passing fault of the engine',
    ['archives/mounts/that-are-read-only-are-not-written-to'],
    (runtime) => around(runtime, 'writeFile', instead('UNSUPPORTED', 'ENGINE_ERROR')),
  ),
  ...(['readFile', 'statPath'] as const).map((method) =>
    mutant(`${method} takes its path for a pattern`, ['archives/names/find-exactly-their-file'], (runtime) =>
      around(runtime, method, (invoke, [id, path, ...rest]) => invoke([id, String(path).replace('[x]', 'x'), ...rest])),
    ),
  ),
  mutant('copyFromContainer takes its path for a pattern', ['archives/names/find-exactly-their-file'], (runtime) => ({
    copyFromContainer: (id, path, options) => runtime.copyFromContainer(id, path.replace('[x]', 'x'), options),
  })),
  ...(['writeFile', 'copyToContainer'] as const).map((method) =>
    mutant(`${method} cuts blanks off its path`, ['archives/names/write-exactly-their-file'], (runtime) =>
      around(runtime, method, (invoke, [id, path, ...rest]) => invoke([id, String(path).trim(), ...rest])),
    ),
  ),
  mutant('a copy that was left goes on', ['archives/copy/is-left-at-once'], wholeAndOnAndOn),
]

function wholeAndOnAndOn(runtime: Runtime): Partial<Runtime> {
  return {
    copyFromContainer(id, path, options) {
      const whole = collectBytes(runtime.copyFromContainer(id, path, options))
      return { ...streamFrom(noBytes()), next: async () => ({ done: false, value: await whole }) }
    },
  }
}
