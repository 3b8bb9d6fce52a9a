package cadj.cad.method;

import cadj.cad.judge.FashionJudge;
import cadj.cad.judge.Judge;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The prompts of an edit where only a concept is named.
///
/// An embedded model's own words, where its classifier knows the concept. Of an object X:
///
/// ```
/// targets   X → "";  "a X in the style of S" → "S", every style S
/// preserve  every other object, bare and in two styles that take turns;  every style;  ""
/// ```
///
/// and of a style: it → "", "a O in the style of it" → "O" for every object O; all objects, bare
/// and in two other styles, the other styles and "". For any other model three ways to ask for the
/// concept, and a general list, to which a judge that knows the concept adds what else it knows of
/// that kind.
///
/// @param targets the bare name first
/// @param preserve each once
public record DefaultPrompts(List<TargetPrompt> targets, List<String> preserve) {
  /// Styles in which each preserved object stands.
  private static final int STYLES_EACH = 2;

  /// Things that a judge adds.
  private static final int MOST_OTHERS = 30;

  /// @param judge of pictures; null for none
  public static DefaultPrompts of(String concept, @Nullable Judge judge) {
    if (judge instanceof FashionJudge own) {
      List<String> objects = own.classifier().objects();
      List<String> styles = own.classifier().styles();
      if (objects.contains(concept)) {
        return ofObject(concept, objects, styles);
      }
      if (styles.contains(concept)) {
        return ofStyle(concept, objects, styles);
      }
    }
    return new DefaultPrompts(
        List.of(
            new TargetPrompt(concept, ""),
            new TargetPrompt("a photo of " + concept, "a photo"),
            new TargetPrompt("a picture of " + concept, "a picture")),
        Stream.concat(
                GeneralPrompts.without(concept).stream(),
                judge == null ? Stream.of() : others(concept, judge))
            .distinct()
            .toList());
  }

  /// A photo of each other thing of the concept's kind.
  private static Stream<String> others(String concept, Judge judge) {
    return judge.kinds().stream()
        .filter(names -> names.contains(concept))
        .findFirst()
        .map(names -> names.stream().filter(name -> !name.equals(concept)))
        .orElse(Stream.of())
        .limit(MOST_OTHERS)
        .map(name -> "a photo of " + name);
  }

  static DefaultPrompts ofObject(String concept, List<String> objects, List<String> styles) {
    List<TargetPrompt> targets = new ArrayList<>();
    targets.add(new TargetPrompt(concept, ""));
    styles.forEach(style -> targets.add(new TargetPrompt(styled(concept, style), style)));
    List<String> preserve = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      if (!objects.get(i).equals(concept)) {
        addStyled(objects.get(i), i, styles, preserve);
      }
    }
    preserve.addAll(styles);
    preserve.add("");
    return new DefaultPrompts(targets, preserve);
  }

  static DefaultPrompts ofStyle(String concept, List<String> objects, List<String> styles) {
    List<TargetPrompt> targets = new ArrayList<>();
    targets.add(new TargetPrompt(concept, ""));
    objects.forEach(object -> targets.add(new TargetPrompt(styled(object, concept), object)));
    List<String> others = styles.stream().filter(style -> !style.equals(concept)).toList();
    List<String> preserve = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      addStyled(objects.get(i), i, others, preserve);
    }
    preserve.addAll(others);
    preserve.add("");
    return new DefaultPrompts(targets, preserve);
  }

  /// An object bare, and in styles from number `turn` on.
  private static void addStyled(
      String object, int turn, List<String> styles, List<String> preserve) {
    preserve.add(object);
    for (int j = 0; j < Math.min(STYLES_EACH, styles.size()); j++) {
      preserve.add(styled(object, styles.get((turn + j) % styles.size())));
    }
  }

  private static String styled(String object, String style) {
    return "a " + object + " in the style of " + style;
  }
}
