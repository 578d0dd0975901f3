"""Where the media of classes lie: one small door (:class:`~sync.cloud.storage.door.Storage`), two implementations.

    door      what a store can do, in seven verbs
    files     a directory of this machine
    s3        any service that speaks S3 (boto3)
    address   which of them a text like ``s3://bucket/prefix?endpoint=…`` means
    errors    what can go wrong, each with its remedy

Stored things are immutable but for a few small files; nobody locks anything here.
"""
