package cadj.cad.evaluate;

import java.util.List;

/// What an evaluation asks. A file, so that users write their own ([Protocols]).
public sealed interface Protocol permits EditProtocol, PredictionPlan {
  /// As `--protocol` and the ledger have it.
  String name();

  /// One sentence on what it asks.
  String about();

  List<String> concepts();

  /// Edit methods, or estimators, with settings that differ from their own.
  List<String> methods();

  List<Long> seeds();

  /// SHA-256 of all that it says.
  String hash();

  /// The same with some of the concepts, and these methods and seeds.
  Protocol only(List<String> someConcepts, List<String> someMethods, List<Long> someSeeds);
}
