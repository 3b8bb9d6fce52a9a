package cadj.cad.method.closedform;

import cadj.cad.method.TargetPrompt;
import java.util.ArrayList;
import java.util.List;

/// Further ways to ask for a concept that [Uce] edits along, as its authors' program adds them.
public enum Expansion {
  /// None.
  NONE(""),
  /// Of things.
  OBJECT("image of,photo of,portrait of,picture of,painting of"),
  /// Of artists and styles.
  ART("painting by,art by,artwork by,picture by,style of");

  private final String before;

  /// @param before words, with commas between
  Expansion(String before) {
    this.before = before;
  }

  /// Each target, then it and what is drawn instead of it, behind the same words.
  List<TargetPrompt> of(List<TargetPrompt> targets) {
    List<TargetPrompt> out = new ArrayList<>();
    for (TargetPrompt target : targets) {
      out.add(target);
      for (String words : before.isEmpty() ? List.<String>of() : List.of(before.split(",", -1))) {
        out.add(new TargetPrompt(words + " " + target.prompt(), words + " " + target.instead()));
      }
    }
    return out;
  }
}
