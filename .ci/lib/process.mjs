// Programs that the tests start, and what they say.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** start runs a program and returns it once a line of its output matches the pattern. */
export async function start(command, args, pattern, env = {}) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
  const said = [];
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
  const found = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        const match = line.match(pattern);
        if (match) resolve(match);
      });
    }
    child.on("error", reject);
    ended.then((code) => reject(new Error(`${command} ended with ${code}:\n${said.join("\n")}`)));
  });
  const match = await found.catch((err) => {
    child.kill();
    throw err;
  });
  return {
    match,
    said,
    /** finish closes the program's input and returns how it ended. */
    finish() {
      child.stdin.end();
      return ended;
    },
    /** stop asks the program to end, as a terminal would, and returns how it did. */
    stop() {
      child.kill("SIGINT");
      return ended;
    },
  };
}
