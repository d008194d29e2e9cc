/** Puts the engines' `docker` and its plugins in front of what this machine has; answers what undoes it. */
export function useComposeTools(): () => void {
  const { MOORAGE_TEST_COMPOSE_FOLDER: folder, PATH: path, DOCKER_CONFIG: config } = process.env
  if (folder === undefined) return () => undefined
  process.env['PATH'] = `${folder}:${path}`
  process.env['DOCKER_CONFIG'] = folder
  return () => {
    process.env['PATH'] = path
    if (config === undefined) delete process.env['DOCKER_CONFIG']
    else process.env['DOCKER_CONFIG'] = config
  }
}
