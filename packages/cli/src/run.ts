import { COMMANDS, loadCommand } from './commands.ts';
import { describeFailure } from './describe-failure.ts';
import { usageError } from './failure.ts';
import { commandHelp, programHelp } from './help.ts';
import { didYouMean } from './near-names.ts';
import { Output } from './output.ts';
import { hasFlag, parseArgs } from './parse-args.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

/**
 * Runs a command line, such as `['services', '--json']`. Resolves to the exit code: 0 if all went well, 1 if the
 * command failed, 2 if the command line cannot be understood. Never rejects.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const isDebug = hasFlag(args, '--debug') || !['', '0', undefined].includes(terminal.env['REEVE_DEBUG']);
  const output = new Output(terminal, { isJson: hasFlag(args, '--json'), isDebug });
  try {
    await Promise.race([runCommand(args, terminal, output), crashOf(terminal)]);
    return 0;
  } catch (thrown) {
    const { failure, exitCode } = describeFailure(thrown, terminal.cwd);
    output.fail(failure, thrown);
    return exitCode;
  }
}

async function runCommand(args: readonly string[], terminal: Terminal, output: Output): Promise<void> {
  const [name, ...rest] = args;
  const wantsHelp = hasFlag(args, '--help', '-h');
  if (name === undefined || name.startsWith('-')) return runProgram(args, output);
  const entry = COMMANDS.find((known) => known.name === name);
  if (entry === undefined) throw unknownCommand(name);
  const command = await loadCommand(entry);
  if (wantsHelp) {
    const help = commandHelp(command);
    return output.result({ help }, help);
  }
  await command.run(parseArgs(command, rest), { terminal, output });
}

/** What stands without a command. */
function runProgram(args: readonly string[], output: Output): void {
  const version = ownVersion();
  const help = programHelp(version, COMMANDS);
  const odd = args.find((arg) => !PROGRAM_FLAGS.includes(arg));
  if (odd !== undefined && !hasFlag(args, '--help', '-h')) {
    throw usageError(`reeve has no option ${odd}`, 'options come after a command; reeve --help lists the commands');
  }
  if (hasFlag(args, '--version', '-v')) output.result({ version, node: process.versions.node }, `${version}\n`);
  else output.result({ help }, help);
}

function unknownCommand(name: string): Error {
  const near = didYouMean(
    name,
    COMMANDS.map((command) => command.name),
  );
  const help = 'reeve --help lists the commands';
  return usageError(`reeve has no command "${name}"`, near === undefined ? help : `${near} ${help}`);
}

/** Rejects when something was thrown that nobody caught. */
function crashOf(terminal: Terminal): Promise<never> {
  return new Promise((_, reject) => terminal.onCrash(reject));
}

const PROGRAM_FLAGS: readonly string[] = ['--version', '-v', '--help', '-h', '--json', '--debug'];
