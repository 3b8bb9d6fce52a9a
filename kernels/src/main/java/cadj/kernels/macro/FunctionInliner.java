package cadj.kernels.macro;

import cadj.kernels.macro.Function.Parameter;
import cadj.kernels.macro.Statements.Declaration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts the body of each function where it is called, and takes the functions away.
///
/// NVIDIA's compiler does not: it makes calls of them, at which all registers that a call may not
/// change are kept apart and outstanding loads are waited for.
///
/// The third call in a kernel, if of `exp_f32`, has that function's register `%x` as
/// `%exp_f32_3$x`.
final class FunctionInliner {
  private static final Pattern CALL =
      Pattern.compile(
          "(?:@(!?)(%[\\w$]+)\\s+)?call(?:\\.uni)?\\s+(?:\\(([^()]*)\\)\\s*,\\s*)?"
              + "([%A-Za-z_][\\w$]*)\\s*(?:,\\s*\\((.*)\\))?\\s*;");
  private static final Pattern IS_CALL = Pattern.compile("(?:@!?%[\\w$]+\\s+)?call\\b.*");
  private static final Pattern RETURN =
      Pattern.compile("(?:@(!?)(%[\\w$]+)\\s+)?ret(\\.uni)?\\s*;");

  /// Characters of all that is made.
  private static final int LARGEST = 1 << 25;

  private final WrittenFiles files;
  private final Map<String, Function> functions = new HashMap<>();
  private final Set<String> declared = new HashSet<>();
  private final Deque<String> callers = new ArrayDeque<>();
  private final List<Line> out = new ArrayList<>();
  private int size;
  private int calls;

  private FunctionInliner(WrittenFiles files) {
    this.files = files;
  }

  static List<Line> inline(WrittenFiles files, List<Line> lines) {
    FunctionInliner it = new FunctionInliner(files);
    List<Declaration> module = new Statements(files, lines).module();
    for (Declaration declaration : module) {
      if (Function.isFunction(declaration.joined())) {
        it.add(declaration);
      }
    }
    for (Declaration declaration : module) {
      if (!Function.isFunction(declaration.joined())) {
        it.out.addAll(declaration.head());
        if (declaration.hasBody()) {
          it.kernel(declaration);
        }
      }
    }
    return it.out;
  }

  private void add(Declaration declaration) {
    Function function = Function.of(files, declaration);
    if (!declaration.hasBody()) {
      declared.add(function.name());
      return;
    }
    Function before = functions.putIfAbsent(function.name(), function);
    if (before != null) {
      throw files.trouble(
          function.line(),
          "function '%s' is defined at %s, too"
              .formatted(function.name(), files.place(before.line())));
    }
  }

  private void kernel(Declaration kernel) {
    calls = 0;
    int number = kernel.head().getLast().number();
    emit("{", number);
    for (Line line : kernel.body()) {
      statement(line.text(), line.number());
    }
    emit("}", kernel.body().isEmpty() ? number : kernel.body().getLast().number());
  }

  private void statement(String text, int number) {
    if (IS_CALL.matcher(text).matches()) {
      call(text, number);
    } else {
      emit(text, number);
    }
  }

  private void call(String text, int number) {
    Matcher call = CALL.matcher(text);
    if (!call.matches()) {
      throw files.trouble(number, "expected a call, found '%s'".formatted(text));
    }
    Function function = function(call.group(4), number);
    List<String> results = Arguments.split(call.group(3));
    List<String> arguments = Arguments.split(call.group(5));
    requireAsMany(function, "results", function.results(), results, number);
    requireAsMany(function, "arguments", function.parameters(), arguments, number);
    if (callers.contains(function.name())) {
      throw files.trouble(number, "function '%s' calls itself".formatted(function.name()));
    }
    String own = "%s_%d$".formatted(function.name(), ++calls);
    if (call.group(2) != null) {
      String unless = call.group(1).isEmpty() ? "!" : "";
      emit("@%s%s bra %sSKIP;".formatted(unless, call.group(2), own), number);
    }
    callers.push(function.name());
    body(function, own, results, arguments, number);
    callers.pop();
    if (call.group(2) != null) {
      emit(own + "SKIP:", number);
    }
  }

  private Function function(String name, int number) {
    Function function = functions.get(name);
    if (function == null) {
      String trouble =
          declared.contains(name)
              ? "function '%s' is declared but nowhere defined"
              : "unknown function '%s'";
      throw files.trouble(number, trouble.formatted(name));
    }
    return function;
  }

  private void requireAsMany(
      Function function, String what, List<Parameter> there, List<String> given, int number) {
    if (there.size() != given.size()) {
      throw files.trouble(
          number,
          "function '%s' has %d %s, found %d"
              .formatted(function.name(), there.size(), what, given.size()));
    }
  }

  private void body(
      Function function, String own, List<String> results, List<String> arguments, int number) {
    emit("{", number);
    for (Parameter it : function.results()) {
      emit(".reg .%s %s;".formatted(it.type(), owned(it.name(), own)), function.line());
    }
    for (int i = 0; i < arguments.size(); i++) {
      Parameter it = function.parameters().get(i);
      emit(".reg .%s %s;".formatted(it.type(), owned(it.name(), own)), function.line());
      move(it, owned(it.name(), own), arguments.get(i), number);
    }
    boolean jumpsToEnd = false;
    List<Line> body = function.body();
    for (int i = 0; i < body.size(); i++) {
      Line line = body.get(i);
      String text = renamed(function, line, own);
      Matcher back = RETURN.matcher(text);
      if (!back.matches()) {
        statement(text, line.number());
      } else if (i < body.size() - 1 || back.group(2) != null) {
        jumpsToEnd = true;
        String guard =
            back.group(2) == null ? "" : "@%s%s ".formatted(back.group(1), back.group(2));
        String uniform = back.group(3) == null ? "" : ".uni";
        emit("%sbra%s %sEND;".formatted(guard, uniform, own), line.number());
      }
    }
    if (jumpsToEnd) {
      emit(own + "END:", function.line());
    }
    for (int i = 0; i < results.size(); i++) {
      Parameter it = function.results().get(i);
      if (!results.get(i).equals("_")) {
        move(it, results.get(i), owned(it.name(), own), number);
      }
    }
    emit("}", number);
  }

  /// `mov` takes fewer types than `.reg`.
  private void move(Parameter it, String to, String from, int number) {
    String type =
        switch (it.type()) {
          case "f16", "bf16", "u16", "s16" -> "b16";
          case "f16x2", "bf16x2" -> "b32";
          default -> it.type();
        };
    emit("mov.%s %s, %s;".formatted(type, to, from), number);
  }

  /// The statement with the call's own names.
  private String renamed(Function function, Line line, String own) {
    boolean declares = line.text().startsWith(".reg");
    return Names.replaced(
        line.text(),
        name -> {
          if (!name.startsWith("%")) {
            return function.labels().contains(name) ? own + name : name;
          }
          if (declares || function.registers().contains(name)) {
            return owned(name, own);
          }
          if (name.length() > 1 && !Function.isSpecial(name)) {
            throw files.trouble(
                line.number(),
                "function '%s' does not declare '%s'".formatted(function.name(), name));
          }
          return name;
        });
  }

  private static String owned(String register, String own) {
    return "%" + own + register.substring(1);
  }

  private void emit(String text, int number) {
    size += text.length();
    if (size > LARGEST) {
      throw files.trouble(number, "with all calls expanded the kernels are too large");
    }
    out.add(new Line(text.endsWith(":") ? text : "  " + text, number));
  }
}
