package cadj.cad.demo;

import cadj.cad.evaluate.ProtocolPrompt;
import cadj.models.classifier.ResNetClassifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A prompt whose picture can be judged: one of the classifier's objects in one of its styles.
///
/// @param object number of the object in the classifier's list
/// @param style number of the style
record Caption(String text, int object, int style) {
  /// Every object in every style, styles taking turns within an object.
  static List<Caption> all(ResNetClassifier classifier) {
    List<Caption> out = new ArrayList<>();
    for (int object = 0; object < classifier.objects().size(); object++) {
      for (int style = 0; style < classifier.styles().size(); style++) {
        out.add(
            new Caption(
                text(classifier.styles().get(style), classifier.objects().get(object)),
                object,
                style));
      }
    }
    return out;
  }

  /// The caption as a prompt whose pictures are judged.
  ProtocolPrompt prompt(ResNetClassifier classifier) {
    SequencedMap<String, String> shows = new LinkedHashMap<>();
    shows.put(Concept.Kind.OBJECT.toString(), classifier.objects().get(object));
    shows.put(Concept.Kind.STYLE.toString(), classifier.styles().get(style));
    return new ProtocolPrompt(text, shows);
  }

  /// As the model's training captions have it.
  private static String text(String style, String object) {
    String article = style.startsWith("i") ? "an " : "a ";
    return article + style + " of a " + object;
  }
}
