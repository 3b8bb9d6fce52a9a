package cadj.kernels.ptx;

import cadj.kernels.ptx.PtxVariable.Space;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names declared between two braces, or in the whole file.
final class NameScope {
  private final TokenReader tokens;
  private final @Nullable NameScope outer;
  private final Map<String, Meaning> meanings = new HashMap<>();

  /// Of the outermost scope.
  private final Set<String> addressTaken = new LinkedHashSet<>();

  NameScope(TokenReader tokens, @Nullable NameScope outer) {
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

  /// @param bytes of it, where it can be passed to a function
  record Variable(String unique, Space space, int bytes, int line) implements Meaning {
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

  /// The labels that `brx.idx` may go to.
  record Targets(List<Token> labels, int line) implements Meaning {
    @Override
    public String what() {
      return "a list of targets";
    }
  }

  record Function(PtxFunction routine) implements Meaning {
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
  void declare(PtxFunction routine) {
    if (meanings.get(routine.name()) instanceof Function(PtxFunction before)
        && (before.body() == null || routine.body() == null)) {
      if (!before.sameSignature(routine)) {
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

  /// Function `name` may be called through its address.
  void takeAddress(String name) {
    if (outer == null) {
      addressTaken.add(name);
    } else {
      outer.takeAddress(name);
    }
  }

  /// The functions whose addresses are taken somewhere in the file, in order.
  List<String> addressTaken() {
    return outer == null ? List.copyOf(addressTaken) : outer.addressTaken();
  }

  /// What `name` stands for here, or null.
  @Nullable Meaning find(String name) {
    for (NameScope scope = this; scope != null; scope = scope.outer) {
      Meaning meaning = scope.meanings.get(name);
      if (meaning != null) {
        return meaning;
      }
    }
    return null;
  }
}
