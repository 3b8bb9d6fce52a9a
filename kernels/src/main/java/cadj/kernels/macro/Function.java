package cadj.kernels.macro;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A `.func` with its body.
///
/// @param registers every name its body declares
/// @param labels of its body
record Function(
    String name,
    List<Parameter> results,
    List<Parameter> parameters,
    List<Line> body,
    Set<String> registers,
    Set<String> labels,
    int line) {
  /// A register.
  record Parameter(String type, String name) {}

  private static final Pattern HEAD =
      Pattern.compile(
          "(?:\\.\\w+\\s+)*?\\.func\\s*(?:\\(([^)]*)\\))?\\s*([A-Za-z_]\\w*)\\s*(?:\\(([^)]*)\\))?[^()]*");
  private static final Pattern PARAMETER = Pattern.compile("\\.reg\\s+\\.(\\w+)\\s+(%\\w+)");
  private static final Pattern REGISTERS = Pattern.compile("\\.reg\\b[^%]*(%.*);");
  private static final Pattern REGISTER = Pattern.compile("(%\\w+)(?:\\s*<\\s*(\\d+)\\s*>)?");
  private static final Pattern SPECIAL =
      Pattern.compile(
          "%(n?tid|laneid|n?warpid|n?ctaid|n?smid|n?gridid|lanemask_\\w+|clock\\w*|pm\\d.*|envreg\\d+"
              + "|globaltimer\\w*|\\w*_smem_\\w*|n?clusterid|cluster_\\w+|is_explicit_cluster)");
  private static final int MOST_REGISTERS = 1 << 12;

  static boolean isFunction(Line head) {
    return head.text().contains(".func");
  }

  static Function of(WrittenFiles files, Statements.Declaration declaration) {
    Line head = declaration.joined();
    Matcher it = HEAD.matcher(head.text());
    if (!it.matches()) {
      throw files.trouble(head.number(), "expected a function, found '%s'".formatted(head.text()));
    }
    Set<String> registers = new HashSet<>();
    List<Parameter> results = parameters(files, head, it.group(1), registers);
    List<Parameter> parameters = parameters(files, head, it.group(3), registers);
    Set<String> labels = new HashSet<>();
    for (Line line : declaration.body()) {
      String text = line.text();
      if (text.endsWith(":")) {
        labels.add(text.substring(0, text.length() - 1).strip());
      } else if (text.startsWith(".reg")) {
        declare(files, line, registers);
      } else if (text.startsWith(".") && !text.startsWith(".pragma")) {
        throw files.trouble(
            line.number(), "functions may declare registers only, found '%s'".formatted(text));
      }
    }
    return new Function(
        it.group(2), results, parameters, declaration.body(), registers, labels, head.number());
  }

  private static List<Parameter> parameters(
      WrittenFiles files, Line head, @Nullable String list, Set<String> registers) {
    List<Parameter> all = new ArrayList<>();
    for (String text : Arguments.split(list)) {
      Matcher it = PARAMETER.matcher(text);
      if (!it.matches()) {
        throw files.trouble(head.number(), "expected a register, found '%s'".formatted(text));
      }
      all.add(new Parameter(it.group(1), it.group(2)));
      registers.add(it.group(2));
    }
    return all;
  }

  private static void declare(WrittenFiles files, Line line, Set<String> registers) {
    Matcher all = REGISTERS.matcher(line.text());
    if (!all.matches()) {
      throw files.trouble(line.number(), "expected registers, found '%s'".formatted(line.text()));
    }
    for (String text : Arguments.split(all.group(1))) {
      Matcher it = REGISTER.matcher(text);
      if (!it.matches() || (it.group(2) != null && it.group(2).length() > 4)) {
        throw files.trouble(line.number(), "expected a register, found '%s'".formatted(text));
      }
      int count = it.group(2) == null ? 0 : Integer.parseInt(it.group(2));
      if (count > MOST_REGISTERS) {
        throw files.trouble(line.number(), "%d registers".formatted(count));
      }
      registers.add(it.group(1));
      for (int i = 0; i < count; i++) {
        registers.add(it.group(1) + i);
      }
    }
  }

  /// Whether the register is the machine's, such as `%tid`.
  static boolean isSpecial(String register) {
    return SPECIAL.matcher(register).matches();
  }
}
