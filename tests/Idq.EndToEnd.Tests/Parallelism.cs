// Every test is a process or several; more than two at once only measure the machine.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
