"""One provisioner a resource type: direct API calls to moto, or an entry in the wiring.

CloudFormation inside moto drops what it does not know (recovery, encryption, notifications, alarms); called
directly, moto knows them. Each provisioner lists the properties that it understands; any other stops the raising.
"""

from infra.local.errors import UnknownPropertyError
from infra.local.provision import (
    alarms,
    api,
    buckets,
    buses,
    functions,
    keys,
    logs,
    machines,
    queues,
    roles,
    tables,
)
from infra.local.provision.provisioner import Provisioner
from infra.local.resources import Raised, Resource, World

PROVISIONERS: dict[str, Provisioner] = {
    "AWS::ApiGatewayV2::Api": api.API,
    "AWS::ApiGatewayV2::Stage": api.STAGE,
    "AWS::CloudWatch::Alarm": alarms.ALARM,
    "AWS::DynamoDB::Table": tables.TABLE,
    "AWS::Events::EventBus": buses.BUS,
    "AWS::Events::EventBusPolicy": buses.POLICY,
    "AWS::Events::Rule": buses.RULE,
    "AWS::IAM::ManagedPolicy": roles.MANAGED_POLICY,
    "AWS::IAM::Role": roles.ROLE,
    "AWS::KMS::Key": keys.KEY,
    "AWS::Lambda::EventInvokeConfig": functions.INVOKE_CONFIG,
    "AWS::Lambda::EventSourceMapping": functions.QUEUE_MAPPING,
    "AWS::Lambda::Function": functions.FUNCTION,
    "AWS::Lambda::LayerVersion": functions.LAYER,
    "AWS::Lambda::Permission": functions.PERMISSION,
    "AWS::Logs::LogGroup": logs.LOG_GROUP,
    "AWS::S3::Bucket": buckets.BUCKET,
    "AWS::S3::BucketPolicy": buckets.POLICY,
    "AWS::SQS::Queue": queues.QUEUE,
    "AWS::SQS::QueuePolicy": queues.POLICY,
    "AWS::StepFunctions::StateMachine": machines.MACHINE,
}


def raise_resource(resource: Resource, world: World) -> Raised:
    """Raise one resource by its type's provisioner; its type is known, its properties are checked here."""
    provisioner = PROVISIONERS[resource.kind]
    for name in resource.properties:
        if name not in provisioner.understands:
            raise UnknownPropertyError(resource.logical_id, name)
    return provisioner.make(resource, world)
