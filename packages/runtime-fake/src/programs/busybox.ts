import type { Program, Programs } from './program.ts'

const forever = 2 ** 31

const cat: Program = async ({ argv, files, stdin, stdout, stderr }) => {
  const paths = argv.slice(1)
  if (paths.length === 0) {
    for await (const bytes of stdin) await stdout(bytes)
    return 0
  }
  let exitCode = 0
  for (const path of paths) {
    const content = files.read(path)
    if (content !== undefined) await stdout(content)
    else {
      await stderr(`cat: can't open '${path}': No such file or directory\n`)
      exitCode = 1
    }
  }
  return exitCode
}

const env: Program = async (process) => {
  for (const [name, value] of Object.entries(process.env)) await process.stdout(`${name}=${value}\n`)
}

const sleep: Program = async ({ argv, sleep: pause }) => {
  const seconds = Number(argv[1])
  await pause(argv[1] === 'infinity' ? forever : seconds * 1000)
}

/** The programs of the image `busybox`: few, and without a shell. */
export const busyboxPrograms: Programs = Object.freeze({
  cat,
  env,
  sleep,
  echo: async ({ argv, stdout }) => stdout(`${argv.slice(1).join(' ')}\n`),
  true: () => 0,
  false: () => 1,
  exit: ({ argv }) => Number(argv[1] ?? 0),
  hostname: async ({ hostname, stdout }) => stdout(`${hostname}\n`),
  pwd: async ({ workingDirectory, stdout }) => stdout(`${workingDirectory}\n`),
  whoami: async ({ user, stdout }) => stdout(`${user}\n`),
} satisfies Programs)
