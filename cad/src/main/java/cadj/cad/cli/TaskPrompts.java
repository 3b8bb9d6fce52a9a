package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.generate.PromptFile;
import cadj.cad.generate.PromptRow;
import cadj.cad.judge.Judge;
import cadj.cad.method.DefaultPrompts;
import cadj.cad.method.TargetPrompt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The prompts of an edit by a method: those asked for, else [DefaultPrompts].
///
/// @param targets the bare name first
/// @param preserve each once
record TaskPrompts(List<TargetPrompt> targets, List<String> preserve) {
  private static final List<String> FILES = List.of(".txt", ".csv", ".tsv");

  /// @param targets in any order, that of the bare name among them; null for the default ones
  /// @param preserve prompts, and names of files of such, which end in .txt, .csv or .tsv; null for
  ///   the default ones
  /// @param judge of pictures, where there is one
  static TaskPrompts of(
      String concept,
      @Nullable List<TargetPrompt> targets,
      @Nullable List<String> preserve,
      @Nullable Judge judge) {
    DefaultPrompts usual = DefaultPrompts.of(concept, judge);
    List<TargetPrompt> all = targets == null ? usual.targets() : bareFirst(concept, targets);
    List<String> asked = all.stream().map(TargetPrompt::prompt).toList();
    if (preserve == null) {
      return new TaskPrompts(
          all, usual.preserve().stream().filter(prompt -> !asked.contains(prompt)).toList());
    }
    SequencedSet<String> kept = new LinkedHashSet<>();
    preserve.stream().flatMap(TaskPrompts::prompts).forEach(kept::add);
    for (String prompt : kept) {
      require(!asked.contains(prompt), "--preserve: \"%s\" is a target too", prompt);
    }
    return new TaskPrompts(all, List.copyOf(kept));
  }

  private static List<TargetPrompt> bareFirst(String concept, List<TargetPrompt> targets) {
    List<TargetPrompt> out = new ArrayList<>();
    for (TargetPrompt target : targets) {
      require(
          !target.prompt().equals(target.instead()),
          "--target: \"%s\" is drawn already",
          target.instead());
      out.add(target.prompt().equals(concept) ? 0 : out.size(), target);
    }
    require(
        out.getFirst().prompt().equals(concept),
        "--target: expected one for the bare name too, such as \"%s=\"",
        concept);
    require(
        out.stream().map(TargetPrompt::prompt).distinct().count() == out.size(),
        "--target: expected each prompt once");
    return out;
  }

  private static Stream<String> prompts(String textOrFile) {
    String name = textOrFile.toLowerCase(Locale.ROOT);
    return FILES.stream().anyMatch(name::endsWith)
        ? PromptFile.read(Path.of(textOrFile)).rows().stream().map(PromptRow::prompt)
        : Stream.of(textOrFile);
  }
}
