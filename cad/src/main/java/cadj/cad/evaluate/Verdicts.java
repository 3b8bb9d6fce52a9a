package cadj.cad.evaluate;

import static java.util.Objects.requireNonNull;

import cadj.cad.judge.Judge;
import cadj.cad.statistics.Proportion;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;

/// What a judge saw in the pictures of a group.
///
/// @param seen by kind of word, then prompt, then picture: the word that was seen
public record Verdicts(PromptGroup group, SequencedMap<String, List<List<String>>> seen) {
  /// Judges pictures [N,3,H,W] of a canvas.
  ///
  /// @param words by kind, those of the protocol; the judge must know them
  static Verdicts of(
      Judge judge, SequencedMap<String, List<String>> words, Canvas canvas, Tensor pictures) {
    int[][] numbers = judge.sees(pictures);
    SequencedMap<String, List<List<String>>> seen = new LinkedHashMap<>();
    words.forEach(
        (kind, list) -> {
          int axis = judge.kindOf(list.getFirst());
          List<List<String>> byPrompt = new ArrayList<>();
          int at = 0;
          for (int i = 0; i < canvas.group().prompts().size(); i++) {
            List<String> ofPrompt = new ArrayList<>();
            for (int k = 0; k < canvas.count(i); k++) {
              ofPrompt.add(judge.kinds().get(axis).get(numbers[axis][at++]));
            }
            byPrompt.add(ofPrompt);
          }
          seen.put(kind, byPrompt);
        });
    return new Verdicts(canvas.group(), seen);
  }

  /// Judges pictures [N,3,H,W], one of each prompt.
  ///
  /// @param words by kind; the judge must know them
  public static Verdicts of(
      Judge judge,
      SequencedMap<String, List<String>> words,
      List<ProtocolPrompt> prompts,
      Tensor pictures) {
    PromptGroup group = new PromptGroup("pictures", prompts, 1, 1, List.of(MeasureKind.SEEN));
    return of(judge, words, new Canvas(group, "", 0), pictures);
  }

  /// Reads what [#json] gave.
  static Verdicts read(PromptGroup group, JsonObject json) {
    SequencedMap<String, List<List<String>>> seen = new LinkedHashMap<>();
    for (String kind : json.keys()) {
      List<List<String>> byPrompt = new ArrayList<>();
      json.list(kind).forEach(prompt -> byPrompt.add(prompt.list().strings()));
      if (byPrompt.size() != group.prompts().size()) {
        throw json.error(
            kind, group.prompts().size() + " prompts", String.valueOf(byPrompt.size()));
      }
      seen.put(kind, byPrompt);
    }
    return new Verdicts(group, seen);
  }

  Map<String, Object> json() {
    return new LinkedHashMap<>(seen);
  }

  /// Pictures of prompts that ask for `concept`: is it seen?
  public Proportion target(String kind, String concept) {
    Proportion out = new Proportion(0, 0);
    for (int i = 0; i < group.prompts().size(); i++) {
      if (group.prompts().get(i).asksFor(concept)) {
        out = sum(out, count(kind, i, concept::equals));
      }
    }
    return out;
  }

  /// Pictures of the other prompts: is what they ask for, of that kind, seen?
  public Proportion others(String kind, String concept) {
    return countOthers(kind, concept, false);
  }

  /// Pictures of all prompts: is what they ask for, of that kind, seen?
  public Proportion all(String kind) {
    return others(kind, "");
  }

  /// Whether the first picture of prompt `i` shows what that asks for, of that kind.
  public boolean isRight(int i, String kind) {
    String found = requireNonNull(seen.get(kind)).get(i).getFirst();
    return group.prompts().get(i).others(kind, "").contains(found);
  }

  /// [#others] by what is asked for.
  SequencedMap<String, Proportion> othersByWord(String kind, String concept) {
    SequencedMap<String, Proportion> out = new LinkedHashMap<>();
    for (int i = 0; i < group.prompts().size(); i++) {
      ProtocolPrompt prompt = group.prompts().get(i);
      List<String> wanted = prompt.others(kind, concept);
      if (prompt.asksFor(concept) || wanted.isEmpty()) {
        continue;
      }
      out.merge(wanted.getFirst(), count(kind, i, wanted::contains), Verdicts::sum);
    }
    return out;
  }

  /// Pictures of prompts that ask for `concept` and for another of its kind: is that seen?
  Proportion beside(String kind, String concept) {
    return countOthers(kind, concept, true);
  }

  /// Pictures of prompts that ask for something of that kind beside `concept`.
  private Proportion countOthers(String kind, String concept, boolean asking) {
    Proportion out = new Proportion(0, 0);
    for (int i = 0; i < group.prompts().size(); i++) {
      List<String> wanted = group.prompts().get(i).others(kind, concept);
      if (group.prompts().get(i).asksFor(concept) == asking && !wanted.isEmpty()) {
        out = sum(out, count(kind, i, wanted::contains));
      }
    }
    return out;
  }

  private static Proportion sum(Proportion a, Proportion b) {
    return new Proportion(a.successes() + b.successes(), a.tries() + b.tries());
  }

  private Proportion count(String kind, int prompt, Predicate<String> right) {
    List<String> words = requireNonNull(seen.get(kind)).get(prompt);
    return new Proportion((int) words.stream().filter(right).count(), words.size());
  }

  /// The pictures that a canvas of `concept` would have, of those of the model as it is.
  Verdicts as(String concept) {
    SequencedMap<String, List<List<String>>> out = new LinkedHashMap<>();
    seen.forEach(
        (kind, byPrompt) -> {
          List<List<String>> some = new ArrayList<>();
          for (int i = 0; i < byPrompt.size(); i++) {
            int most = group.pictures(group.prompts().get(i), concept);
            some.add(byPrompt.get(i).subList(0, Math.min(most, byPrompt.get(i).size())));
          }
          out.put(kind, some);
        });
    return new Verdicts(group, out);
  }
}
