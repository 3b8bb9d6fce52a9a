package cadj.kernels.ptx;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What names mean between two braces, or in the whole file.
final class Scope {
  private final Tokens tokens;
  private final @Nullable Scope outer;
  private final Map<String, Meaning> meanings = new HashMap<>();

  Scope(Tokens tokens, @Nullable Scope outer) {
    this.tokens = tokens;
    this.outer = outer;
  }

  /// What a name stands for. [#unique] names it in the whole kernel, for an inner scope may use a
  /// name of an outer one again.
  sealed interface Meaning {
    int line();

    /// For messages.
    String what();
  }

  record Register(String unique, PtxType type, int line) implements Meaning {
    @Override
    public String what() {
      return "a register";
    }
  }

  record Variable(String unique, int line) implements Meaning {
    @Override
    public String what() {
      return "a variable";
    }
  }

  record Label(String unique, int line) implements Meaning {
    @Override
    public String what() {
      return "a label";
    }
  }

  record Function(Routine routine) implements Meaning {
    @Override
    public int line() {
      return routine.line();
    }

    @Override
    public String what() {
      return "a function";
    }
  }

  record Kernel(int line) implements Meaning {
    @Override
    public String what() {
      return "a kernel";
    }
  }

  void declare(String name, Meaning meaning) {
    Meaning before = meanings.putIfAbsent(name, meaning);
    if (before != null) {
      throw tokens.trouble(
          meaning.line(),
          "'%s' is declared already, as %s at %s"
              .formatted(name, before.what(), tokens.source().place(before.line())));
    }
  }

  /// A function may be declared before it is defined, but not differently.
  void declare(Routine routine) {
    if (meanings.get(routine.name()) instanceof Function(Routine before)
        && (before.body() == null || routine.body() == null)) {
      if (!before.sameShape(routine)) {
        throw tokens.trouble(
            routine.line(),
            "function '%s' was declared with other parameters at %s"
                .formatted(routine.name(), tokens.source().place(before.line())));
      }
      if (before.body() == null) {
        meanings.put(routine.name(), new Function(routine));
      }
    } else {
      declare(routine.name(), new Function(routine));
    }
  }

  /// What `name` stands for here, or null.
  @Nullable Meaning find(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Meaning meaning = scope.meanings.get(name);
      if (meaning != null) {
        return meaning;
      }
    }
    return null;
  }
}
