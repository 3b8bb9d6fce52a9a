package cadj.cad.evaluate;

import cadj.cad.method.EditTask;
import cadj.cad.probe.Probe;
import cadj.models.pipeline.TextToImage;
import java.util.List;
import java.util.SequencedMap;

/// What an evaluation does: which concepts are edited by which methods with which seeds, and what
/// is drawn then. A file, so that users write their own ([Protocols]).
///
/// @param name as `--protocol` and the ledger have it
/// @param about one sentence on what it asks
/// @param goal what becomes of the concepts
/// @param kind of the concepts, such as "object"
/// @param words of each kind, such as all objects and all styles
/// @param concepts that are edited
/// @param methods by name
/// @param seeds of the edits; with each goes its own noise of the pictures
/// @param sampling how pictures are drawn
/// @param groups what is drawn
/// @param probes how the concept is sought after the edit
/// @param hash SHA-256 of all that
public record EditProtocol(
    String name,
    String about,
    EditTask.Goal goal,
    String kind,
    SequencedMap<String, List<String>> words,
    List<String> concepts,
    List<String> methods,
    List<Long> seeds,
    TextToImage.Settings sampling,
    List<PromptGroup> groups,
    List<Probe> probes,
    String hash)
    implements Protocol {

  @Override
  public EditProtocol only(
      List<String> someConcepts, List<String> someMethods, List<Long> someSeeds) {
    return new EditProtocol(
        name,
        about,
        goal,
        kind,
        words,
        someConcepts,
        someMethods,
        someSeeds,
        sampling,
        groups,
        probes,
        hash);
  }
}
