// What a step of the building did. A step tells how it changes the two stacks; here they are kept.

import { subscripted } from "./numbers.js";

/** An operation as it is written on screen. */
export function symbolOf(op, rules) {
  if (op === "neg") return "−";
  return rules[op]?.symbol ?? op;
}

/** True where a statement ends: at ";", at a new line, at the end of the text. */
const endsStatement = (step) => /^[;\n]?$/.test(step.token.text);

/**
 * A stack that is never changed: its top, and the stack below. What several steps have in common
 * is there once, so all stacks of a film take room for its changes only.
 * @typedef {{top: string|number, below: Stack, depth: number}|null} Stack
 */
const depthOf = (stack) => stack?.depth ?? 0;
const push = (below, top) => ({ top, below, depth: depthOf(below) + 1 });

/** The stack without what lies above `depth`, and that, the top first. @param {Stack} stack */
function pop(stack, depth) {
  const gone = [];
  let rest = stack;
  for (; depthOf(rest) > depth; rest = rest.below) gone.push(rest.top);
  return [rest, gone];
}

/** What lies on top, at most `most`, the top last. @param {Stack} stack */
export const topOf = (stack, most) => pop(stack, Math.max(depthOf(stack) - most, 0))[1].reverse();

/**
 * Both stacks after each step of the building, found out once for each film.
 * @type {WeakMap<Object, {operators: Stack, nodes: Stack}[]>}
 */
const filmed = new WeakMap();

function stacksOf(trace) {
  if (!filmed.has(trace)) filmed.set(trace, keepStacks(trace.steps));
  return filmed.get(trace);
}

function keepStacks(steps) {
  const kept = [];
  let [operators, nodes, statement] = [null, null, 0];
  for (const step of steps) {
    if (step.phase !== "build") break;
    operators = step.pushed.reduce(push, pop(operators, step.kept)[0]);
    if (step.statement !== statement) [nodes, statement] = [null, step.statement];
    if (step.node !== null) nodes = push(pop(nodes, depthOf(nodes) - step.inputs.length)[0], step.node);
    kept.push({ operators, nodes });
  }
  return kept;
}

/**
 * What lies between a step of the building and the one before it; `standing` and `staying` are the
 * stacks of nodes and operators without what came, `taken` and `popped` what went.
 * @param {Object} trace @param {number} index
 */
export function changeAt(trace, index) {
  const step = trace.steps[index];
  const stacks = stacksOf(trace);
  const before = stacks[index - 1] ?? { operators: null, nodes: null };
  const first = trace.steps[index - 1]?.queued ?? 0;
  const [staying, popped] = pop(before.operators, step.kept);
  const depth = depthOf(stacks[index].nodes) - (step.node === null ? 0 : 1);
  const [standing, taken] = pop(before.nodes, depth);
  return { step, first, put: trace.program.entries.slice(first, step.queued), staying, popped, standing, taken: taken.reverse() };
}

/** The node on top of the node stack after a step. */
const topNode = (trace, index) => nodeName(trace, stacksOf(trace)[index].nodes.top);

/** What a statement came to, if this step is the last one of it; else "". */
function closing(trace, index) {
  const next = trace.steps[index + 1];
  if (next?.phase === "build" && next.node !== null) return "";
  let end = index;
  while (trace.steps[end].node !== null) end -= 1;
  if (!endsStatement(trace.steps[end])) return "";
  const step = trace.steps[index];
  const { name, used } = trace.program.statements[step.statement];
  if (!used) return `The output does not use ${name || "this statement"}: nothing is made of it but its variables.`;
  if (step.statement === trace.program.statements.length - 1) return `The graph is complete; ${nodeName(trace, trace.output)} is the output.`;
  if (trace.sharing !== "unique") return `${name} now stands for its statement, which is run anew wherever ${name} stands.`;
  return `${name} now stands for ${topNode(trace, index)}.`;
}

/** The names bound in the film: [after which step, name, what it stands for, whether it is used]. */
export function bindings(trace) {
  const found = [];
  trace.steps.forEach((step, index) => {
    if (step.phase !== "build" || closing(trace, index) === "") return;
    const { name, used } = trace.program.statements[step.statement];
    if (name) found.push({ after: index + 1, name, stands: standsFor(trace, index, used), used });
  });
  return found;
}

function standsFor(trace, index, used) {
  if (!used) return "not used";
  return trace.sharing === "unique" ? topNode(trace, index) : "its statement";
}

const nodeName = (trace, node) => subscripted(trace.nodes[node].name);

/** "a", "a and b", "a, b and c". */
function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/** What happened to the node that an entry asks for: "new: z₄", "seen before: z₃". */
export function verdict(trace, step) {
  const name = nodeName(trace, step.node);
  if (trace.program.entries[step.entry].role === "reference" && trace.sharing === "unique") return `stands for ${name}`;
  return step.reused ? `seen before: ${name}` : `new: ${name}`;
}

/** The sentence of a step of the building. */
export function buildingInWords(trace, index, rules) {
  const words = trace.steps[index].node === null ? readingInWords(trace, index, rules) : runningInWords(trace, index, rules);
  return [words, closing(trace, index)].filter(Boolean).join(" ");
}

// Reading a token --------------------------------------------------------------------------------

function readingInWords(trace, index, rules) {
  const change = changeAt(trace, index);
  const moved = change.popped.filter((op) => op !== "(").map((op) => symbolOf(op, rules));
  const move = moved.length === 1 ? "moves" : "move";
  const { token } = change.step;
  if (endsStatement(change.step)) return endInWords(moved, move, token);
  if (change.step.implied) return impliedInWords(trace, change, moved, move, rules);
  if (token.text === "=") return `= binds: what follows is called ${trace.program.statements[change.step.statement].name}.`;
  if (token.text === "(") return "( waits on the operator stack until its ) comes.";
  if (token.text === ")") return `) closes: ${moved.length ? `${listed(moved)} ${move} to the postfix queue` : "nothing lies above its ("}, and ( is dropped.`;
  if (token.text === ",") return `, ends an input${moved.length ? `: ${listed(moved)} ${move} to the postfix queue` : ""}.`;
  // What waits may be put in the queue by an operator too: it is what waits from now on that tells the two apart.
  if (change.step.pushed.length > 0) return operatorInWords(change, moved, move, rules);
  if (change.put.length > 0) return valueInWords(token, change.put[0]);
  return `${token.text} is a name about to be bound.`;
}

function endInWords(moved, move, token) {
  const what = token.text === "" ? "The text ends" : "The statement ends";
  return moved.length ? `${what}: ${listed(moved)} ${move} from the operator stack to the postfix queue.` : `${what}.`;
}

function impliedInWords(trace, { step, put }, moved, move, rules) {
  const first = moved.length ? `${listed(moved)} ${move} to the queue; then ` : "";
  const then = put.length > moved.length ? `; ${step.token.text} goes to the queue` : `, and ${step.token.text} above it`;
  return `A product is implied before ${step.token.text}: ${first}${symbolOf("*", rules)}, which is not written, waits on the operator stack${then}.`;
}

function valueInWords(token, entry) {
  if (entry.role === "reference") return `${token.text} is a name bound before; it goes straight to the postfix queue.`;
  return `${token.text} is a ${entry.role}; it goes straight to the postfix queue.`;
}

function operatorInWords({ step }, moved, move, rules) {
  const symbol = symbolOf(step.pushed[0], rules);
  if (step.pushed[0] === "neg") return "− stands where a value is due: it is the minus of one input, and waits on the operator stack.";
  if (step.pushed[0] === "not") return "not stands where a value is due, and waits on the operator stack for its input.";
  if (/^[^\W\d]/u.test(step.token.text) && !["and", "or"].includes(symbol)) return `${step.token.text} is ${symbol === step.token.text ? "a function" : `the function ${symbol}`}; it waits on the operator stack for its input.`;
  const raised = step.token.start === step.token.end ? "A raised number means a power. " : "";
  if (moved.length === 0) return `${raised}${symbol} waits on the operator stack for its right input.`;
  return `${raised}${listed(moved)} ${moved.length === 1 ? "binds" : "bind"} at least as tightly and ${move} to the postfix queue; ${symbol} waits on the stack.`;
}

// Running an entry of the postfix ----------------------------------------------------------------

function runningInWords(trace, index, rules) {
  const step = trace.steps[index];
  const entry = trace.program.entries[step.entry];
  const name = nodeName(trace, step.node);
  const { op, label } = trace.nodes[step.node];
  if (entry.role === "reference" && trace.sharing === "unique") {
    return `${entry.text} stands for ${name}: ${name} goes on the node stack and gains an edge; nothing is made.`;
  }
  const again = entry.role === "reference" ? `For ${entry.text} its statement is run anew. ` : "";
  const looked = trace.sharing === "unique" || (trace.sharing === "variables" && op === "variable");
  if (step.inputs.length === 0) return again + leafInWords(step, op, label, name, looked);
  const symbol = symbolOf(op, rules);
  const inputs = step.inputs.map((node) => nodeName(trace, node));
  const implied = step.implied ? `The implied ${symbol}` : symbol;
  const pops = `${implied} pops ${listed(inputs)} and forms the triple (${[symbol, ...inputs].join(", ")})`;
  if (!looked) return `${again}${pops}. Operations are not looked up here: new, ${name}.`;
  if (!step.reused) return `${again}${pops}. It is looked up: new, ${name}.`;
  return `${again}${pops}. It is looked up: seen before, ${name}. ${name} gains an edge; no twin appears.`;
}

function leafInWords(step, op, label, name, looked) {
  if (!looked) return `The ${op} ${label} is not looked up here: new, ${name}.`;
  if (!step.reused) return `The ${op} ${label} is looked up: new, ${name}.`;
  return `The ${op} ${label} is looked up: seen before, ${name}. It goes on the node stack again; no twin appears.`;
}
