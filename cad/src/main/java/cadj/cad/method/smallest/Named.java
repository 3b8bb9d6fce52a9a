package cadj.cad.method.smallest;

import cadj.cad.judge.Judge;
import java.util.List;

/// What prompts name of all that a judge tells apart.
final class Named {
  /// No name of a kind.
  static final int NOTHING = -1;

  private Named() {}

  /// Numbers of the names in `prompt`, by kind: whole words, the longest where one contains another
  /// ("t-shirt" is no shirt), or [#NOTHING].
  static int[] in(String prompt, Judge judge) {
    List<List<String>> kinds = judge.kinds();
    int[] out = new int[kinds.size()];
    for (int kind = 0; kind < out.length; kind++) {
      List<String> names = kinds.get(kind);
      out[kind] = NOTHING;
      for (int i = 0; i < names.size(); i++) {
        boolean longer = out[kind] < 0 || names.get(i).length() > names.get(out[kind]).length();
        if (longer && isIn(names.get(i), prompt)) {
          out[kind] = i;
        }
      }
    }
    return out;
  }

  private static boolean isIn(String name, String prompt) {
    for (int at = prompt.indexOf(name); at >= 0; at = prompt.indexOf(name, at + 1)) {
      int end = at + name.length();
      boolean begins = at == 0 || !Character.isLetterOrDigit(prompt.charAt(at - 1));
      boolean ends = end == prompt.length() || !Character.isLetterOrDigit(prompt.charAt(end));
      if (begins && ends) {
        return true;
      }
    }
    return false;
  }
}
