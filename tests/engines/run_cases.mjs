// The cases on aws-local-stepfunctions. Reads {machine: {definition, cases: [{name, input, script}]}} from stdin, writes
// {case: {states, errors, end, told}} to stdout. Its packages are those of the folder that it is started in.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { StateMachine } = createRequire(`${process.cwd()}/`)("aws-local-stepfunctions");

function handlersOf(script) {
  const attempts = {};
  return Object.fromEntries(
    Object.entries(script).map(([state, answers]) => [
      state,
      async () => {
        await new Promise(setImmediate); // the events of a Map come late, and none after the execution's end
        const attempt = attempts[state] ?? 0;
        attempts[state] = attempt + 1;
        const answer = answers.find(([last]) => attempt <= last)?.[1];
        if (!answer) throw Object.assign(new Error(`${state}, ${attempt}`), { name: "NoAnswerLeft" });
        if (!answer.Throw) return structuredClone(answer.Return);
        const error = new Error(answer.Throw.Cause);
        error.name = answer.Throw.Error;
        throw error;
      },
    ]),
  );
}

async function wayOf(machine, { name, input, script }) {
  const noWaits = Object.fromEntries(Object.keys(script).map((state) => [state, 0]));
  const execution = machine.run(input, {
    overrides: { taskResourceLocalHandlers: handlersOf(script), retryIntervalOverrides: noWaits },
    // It counts no attempts: RetryCount is the same in all of them.
    context: { Execution: { Name: name }, State: { RetryCount: 0 } },
  });
  execution.result.catch(() => {}); // told by the events
  const way = { states: [], errors: [], end: "", told: null };
  let end; // of the last Map: what comes of it after that belongs before it
  const add = (what, value, event) => {
    if (end && event.index !== undefined) way[what].splice(end[what]++, 0, value);
    else way[what].push(value);
  };
  for await (const event of execution.eventLogs) {
    if (event.type === "StateEntered") add("states", event.state.name, event);
    if (event.type === "StateFailed" && event.state.type !== "Fail") {
      add("errors", [event.state.name, event.Error], event);
    }
    if (event.type === "StateExited" && event.state.type === "Map") {
      end = { states: way.states.length, errors: way.errors.length };
    }
    if (event.type === "ExecutionSucceeded") Object.assign(way, { end: event.output.outcome, told: event.output });
    if (event.type === "ExecutionFailed") Object.assign(way, { end: event.Error, told: event.Cause });
  }
  return way;
}

const ways = {};
for (const { definition, cases } of Object.values(JSON.parse(readFileSync(0, "utf8")))) {
  const machine = new StateMachine(definition);
  for (const one of cases) ways[one.name] = await wayOf(machine, one);
}
process.stdout.write(JSON.stringify(ways));
