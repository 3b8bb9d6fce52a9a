package cadj.autograd.ops;

import org.junit.jupiter.api.function.Executable;

/// A call that must fail, with exactly this message.
record Misuse(String message, Executable call) {}
